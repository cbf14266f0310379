using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Shop.WebApi.Operations;

/// <summary>GET /health/startup, /ready and /live: the checks that the silo registered under these tags.</summary>
internal static class HealthHandlers
{
    public static Delegate For(string tag) => async (HttpContext http, HealthCheckService checks) =>
    {
        var report = await checks.CheckHealthAsync(check => check.Tags.Contains(tag), http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new HealthBody(Word(report.Status), [.. report.Entries.Select(e => new HealthCheckBody(e.Key, Word(e.Value.Status), e.Value.Description))]),
            OperationsJson.Default.HealthBody,
            statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    };

    private static string Word(HealthStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}
