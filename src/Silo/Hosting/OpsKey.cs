using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Silo.Hosting;

/// <summary>
/// Shuts what only operators may see or do, for whoever has not the key of <c>Shop:OpsKey</c>. Without one, an embedded shop, which listens on its own machine, leaves it open; into a
/// cluster nobody gets then.
/// </summary>
public static class OpsKey
{
    private const string Challenge = "Basic realm=\"shop\", charset=\"UTF-8\"";

    /// <param name="routes">A group of routes.</param>
    /// <param name="settings">Of the process.</param>
    /// <returns>The routes. They take <c>Authorization: Bearer KEY</c>, and Basic with the key as the password and any name, which is what browsers can send.</returns>
    public static TRoutes RequireOpsKey<TRoutes>(this TRoutes routes, ShopSettings settings) where TRoutes : IEndpointConventionBuilder
    {
        if (settings is { Mode: ShopMode.Embedded, OpsKey: null })
            return routes;

        // Hashes have one length: how long a guess takes says nothing about the key.
        var wanted = settings.OpsKey is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;
        return routes.AddEndpointFilter(async (call, next) =>
        {
            if (wanted is not null && Given(call.HttpContext.Request) is { } given
                && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), wanted))
            {
                return await next(call);
            }

            call.HttpContext.Response.Headers.WWWAuthenticate = Challenge;
            return TypedResults.Unauthorized();
        });
    }

    private static string? Given(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || header.Parameter is not { } parameter)
            return null;
        if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return parameter;
        return header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? PasswordOf(parameter) : null;
    }

    private static string? PasswordOf(string parameter)
    {
        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length))
            return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : text[(colon + 1)..];
    }
}
