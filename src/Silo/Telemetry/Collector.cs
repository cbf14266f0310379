namespace Shop.Silo.Telemetry;

/// <summary>Whether there is somebody to send traces to, by the settings that OpenTelemetry has for it in every language.</summary>
internal static class Collector
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    public static bool IsThere(IConfiguration configuration) =>
        Endpoints.Any(name => configuration[name] is { Length: > 0 })
        && !"true".Equals(configuration["OTEL_SDK_DISABLED"], StringComparison.OrdinalIgnoreCase)
        && !"none".Equals(configuration["OTEL_TRACES_EXPORTER"], StringComparison.OrdinalIgnoreCase);
}
