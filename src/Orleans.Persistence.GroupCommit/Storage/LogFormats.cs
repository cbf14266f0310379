using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>The formats of the logs. Thread-safe.</summary>
internal sealed class LogFormats(IServiceProvider services, Serializer serializer)
{
    private readonly ConcurrentDictionary<string, IDurableLogFormat> _known = new();
    private readonly SerializedObjects _usual = new(serializer);

    public IDurableLogFormat Of(string log) => _known.GetOrAdd(log, name => services.GetKeyedService<IDurableLogFormat>(name) ?? _usual);

    /// <summary>The event of a row, whichever table it lies in.</summary>
    public object Read(OutboxRow row) => row.Item ?? (row.Place is { } place
        ? Of(place.Log).Read(place.Entity, place.Sequence, row.Payload)
        : serializer.Deserialize<object>(row.Payload)) ?? throw new InvalidDataException("The event is null.");

    /// <summary>An entry of a log as a row of the outbox, with the same id. One that cannot be read goes as it is, and is found out when it is to be delivered.</summary>
    public OutboxRow ToOutbox(OutboxRow row)
    {
        if (row.Place is null)
            return row;

        try
        {
            return row with { Place = null, Payload = serializer.SerializeToArray(Read(row)) };
        }
        catch (Exception)
        {
            return row with { Place = null };
        }
    }

    private sealed class SerializedObjects(Serializer serializer) : IDurableLogFormat
    {
        public byte[] Write(object item) => serializer.SerializeToArray<object>(item);

        public object Read(string entity, long sequence, ReadOnlyMemory<byte> stored) => serializer.Deserialize<object>(stored)!;
    }
}
