using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Shop.Hosting.Health;

/// <summary>What every process of a shop answers to a probe: the checks under one tag, and what each has found.</summary>
public static class HealthAnswer
{
    public static Delegate For(string tag) => async (HttpContext http, HealthCheckService checks) =>
    {
        var report = await checks.CheckHealthAsync(check => check.Tags.Contains(tag), http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new HealthBody(Word(report.Status), [.. report.Entries.Select(e => new HealthCheckBody(e.Key, Word(e.Value.Status), e.Value.Description))]),
            HealthJson.Default.HealthBody,
            statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    };

    private static string Word(HealthStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}

/// <param name="Status">healthy, degraded or unhealthy.</param>
public sealed record HealthBody(string Status, HealthCheckBody[] Checks);

/// <param name="Detail">What the check found, when it has something to say.</param>
public sealed record HealthCheckBody(string Name, string Status, string? Detail);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HealthBody))]
internal sealed partial class HealthJson : JsonSerializerContext;
