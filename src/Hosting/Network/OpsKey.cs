using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Network;

/// <summary>
/// Tells whoever runs the shop, merchants and operators, from its customers, by the key of <c>Shop:OpsKey</c>. Without one, everybody who reaches an embedded shop
/// counts as its merchant, which is why it then listens on its own machine alone; in a cluster nobody does.
/// </summary>
public sealed class OpsKey(ShopSettings settings)
{
    private const string Challenge = "Basic realm=\"shop\", charset=\"UTF-8\"";

    // Hashes have one length: how long a guess takes says nothing about the key.
    private readonly byte[]? wanted = settings.OpsKey is { } key ? Hash(key) : null;

    /// <summary>Whether requests without the key are taken for the merchant's.</summary>
    public bool IsNotNeeded { get; } = settings is { Mode: ShopMode.Embedded, OpsKey: null };

    /// <summary>Whether the request has the key: <c>Authorization: Bearer KEY</c>, or Basic with the key as the password and any name, which is what browsers can send.</summary>
    public bool Admits(HttpRequest request) =>
        IsNotNeeded || (wanted is not null && Given(request) is { } given && CryptographicOperations.FixedTimeEquals(Hash(given), wanted));

    /// <summary>The answer to a request without the key: 401.</summary>
    public static IResult Refuse(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = Challenge;
        return TypedResults.Unauthorized();
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

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

public static class OpsKeyRoutes
{
    /// <summary>Shuts routes for whoever lacks the key, before anything of the request is read.</summary>
    public static TRoutes RequireOpsKey<TRoutes>(this TRoutes routes, OpsKey key) where TRoutes : IEndpointConventionBuilder
    {
        routes.WithMetadata(new NeedsOpsKey());
        return key.IsNotNeeded
            ? routes
            : routes.AddEndpointFilter(async (call, next) => key.Admits(call.HttpContext.Request) ? await next(call) : OpsKey.Refuse(call.HttpContext));
    }
}

/// <summary>Documentation: the route wants the key, of a shop that has one.</summary>
/// <param name="Always">Or for some requests alone.</param>
public sealed record NeedsOpsKey(bool Always = true);
