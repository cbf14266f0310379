using CloudNative.CloudEvents;

namespace Orleans.Streams.RabbitMQ;

/// <summary>How your events become CloudEvents, and back. Thread-safe.</summary>
public interface ICloudEventMapper : ICloudEventReader
{
    /// <summary>
    /// Fills in at least <c>id</c> (the same whenever the same event is written again), <c>source</c>, <c>type</c> and <c>data</c>, which the
    /// format writes with the JSON options it was given.
    /// </summary>
    CloudEvent Write(object item);
}

/// <summary>How CloudEvents become your events. Thread-safe.</summary>
public interface ICloudEventReader
{
    /// <summary>Makes the event again, or refuses it. Its <c>data</c> is a <see cref="System.Text.Json.JsonElement"/>, or null.</summary>
    /// <exception cref="RabbitMqWireException">It is of no known type, or malformed: the message becomes a dead letter with this reason.</exception>
    object Read(CloudEvent cloudEvent);

    /// <summary>
    /// The same, for readers that tell their subscribers whether it is known where the event comes from. What calls this is the wire
    /// format.
    /// </summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="authenticity">Of the message that brought it.</param>
    /// <exception cref="RabbitMqWireException">As above.</exception>
    object Read(CloudEvent cloudEvent, RabbitMqAuthenticity authenticity) => Read(cloudEvent);
}
