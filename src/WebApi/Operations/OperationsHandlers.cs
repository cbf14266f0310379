using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Shop.Hosting.Network;
using Shop.Hosting.Settings;
using Shop.Operations;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Operations;

/// <summary>GET /v1/ops/invariants and /about.</summary>
internal static class OperationsHandlers
{
    /// <summary>A check reads everything that is stored. As long as the grain call itself may take.</summary>
    private static readonly TimeSpan CheckLimit = TimeSpan.Parse(IInvariantsGrain.Limit, CultureInfo.InvariantCulture);

    private static readonly string Version =
        typeof(OperationsHandlers).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static async Task<IResult> Invariants(string? atRest, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (atRest is not (null or "true" or "false"))
        {
            return Problem.Validation("atRest must be true or false.");
        }

        // The check is told, too, that its client has gone: it would read on for minutes.
        var report = await calls.AskOnce(
            grains.GetGrain<IInvariantsGrain>(IInvariantsGrain.Key), (AtRest: atRest == "true", Gone: http.RequestAborted),
            static (invariants, asked) => asked.AtRest ? invariants.CheckAtRest(asked.Gone) : invariants.Check(asked.Gone), CheckLimit, http.RequestAborted);
        return TypedResults.Json(InvariantsBody.Of(report), OperationsJson.Default.InvariantsBody);
    }

    public static IResult About(HttpContext http, ShopSettings settings, OpsKey key)
    {
        var startedAt = Process.GetCurrentProcess().StartTime.ToUniversalTime();
        return TypedResults.Json(
            new AboutBody(
                JsonNamingPolicy.SnakeCaseLower.ConvertName(settings.Mode.ToString()), Version, RuntimeInformation.FrameworkDescription, startedAt,
                // Both by the machine's clock: that of the process may have been set since.
                (long)(TimeProvider.System.GetUtcNow().UtcDateTime - startedAt).TotalSeconds, ShowsPaths(http, settings, key) ? settings.DataDirectory : null,
                settings.Http.Management.Count > 0),
            OperationsJson.Default.AboutBody);
    }

    /// <summary>Where files lie is nobody's business but that of whoever runs the shop: by its key, or, without one, from this machine.</summary>
    private static bool ShowsPaths(HttpContext http, ShopSettings settings, OpsKey key) =>
        settings.Mode == ShopMode.Embedded && key.Admits(http.Request)
        // Names for others say that they are sent here by something on this machine.
        && !(key.IsNotNeeded && (settings.Http.BeyondLoopback.Count > 0 || settings.AllowedHosts.Count > 0));
}
