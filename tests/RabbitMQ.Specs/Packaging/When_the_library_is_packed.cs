using Testing.Packaging;

namespace RabbitMq.Specs.Packaging;

public sealed class When_the_library_is_packed(RabbitMqPackage package) : PackedLibrary(package), IClassFixture<RabbitMqPackage>;

/// <summary>The library as it would be published.</summary>
public sealed class RabbitMqPackage() : Package(RabbitMq)
{
    public static Library RabbitMq { get; } = new(
        "Orleans.Streams.RabbitMQ", "RabbitMQ persistent streams for Orleans",
        @"Microsoft\.Extensions\.Diagnostics\.HealthChecks|Microsoft\.Orleans\.(Runtime|Sdk|Streaming)|RabbitMQ\.Client|CloudNative\.CloudEvents(\.SystemTextJson)?");
}
