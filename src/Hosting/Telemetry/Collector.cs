using System.Globalization;
using OpenTelemetry.Exporter;

namespace Shop.Hosting.Telemetry;

/// <summary>Whether there is somebody to send traces to, and how, by the settings that OpenTelemetry has for it in every language.</summary>
internal static class Collector
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    public static bool IsThere(IConfiguration configuration) =>
        (configuration[Endpoint] is { Length: > 0 } || configuration[TracesEndpoint] is { Length: > 0 })
        && !"true".Equals(configuration["OTEL_SDK_DISABLED"], StringComparison.OrdinalIgnoreCase)
        && !"none".Equals(configuration["OTEL_TRACES_EXPORTER"], StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// What is set for traces alone counts more than what is set for every signal. The exporter has read the latter only: of the former it takes notice when metrics
    /// and logs go the same way, which ours do not. Like there, what cannot be read does not count.
    /// </summary>
    public static void Configure(OtlpExporterOptions exporter, IConfiguration configuration)
    {
        // Set so, it is taken as it is; of the one for every signal, /v1/traces is a path below.
        if (Uri.TryCreate(configuration[TracesEndpoint], UriKind.Absolute, out var endpoint))
            exporter.Endpoint = endpoint;
        if (OfTraces("HEADERS") is { } headers)
            exporter.Headers = headers;
        if (int.TryParse(OfTraces("TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            exporter.TimeoutMilliseconds = milliseconds;
        exporter.Protocol = OfTraces("PROTOCOL") switch
        {
            "grpc" => OtlpExportProtocol.Grpc,
            "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            _ => exporter.Protocol,
        };
        exporter.Compression = OfTraces("COMPRESSION") switch
        {
            "gzip" => OtlpExportCompression.GZip,
            "none" => OtlpExportCompression.None,
            _ => exporter.Compression,
        };

        string? OfTraces(string setting) => configuration[$"OTEL_EXPORTER_OTLP_TRACES_{setting}"] is { Length: > 0 } value ? value : null;
    }
}
