namespace RabbitMq.Specs;

/// <summary>An event of the specs.</summary>
/// <param name="Id">Tells it from all others.</param>
/// <param name="Payload">Makes it as long as a spec needs.</param>
[GenerateSerializer, Immutable, Alias("rabbitmq-specs.note")]
public sealed record Note([property: Id(0)] string Id, [property: Id(1)] string Payload = "");

/// <summary>An event that its listeners do not listen for.</summary>
[GenerateSerializer, Immutable, Alias("rabbitmq-specs.whisper")]
public sealed record Whisper([property: Id(0)] string Id);
