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

    /// <summary>
    /// The value of an entry, whether a grain has appended it or <see cref="IDurableLog.Append{T}"/>, which says nothing of its type.
    /// </summary>
    public T Read<T>(string log, in LogRow row) where T : class => Of(log) is var format && format == _usual
        ? serializer.Deserialize<T>(row.Payload) ?? throw new InvalidDataException("The value is null.")
        : (T)format.Read(row.Entity, row.Sequence, row.Payload);

    /// <summary>The event of a row, whichever table it lies in.</summary>
    public object Read(OutboxRow row)
    {
        if (row.Item is { } known)
            return known;
        if (row.Place is { } place)
            return Read(new UnreadEntry(place.Log, place.Entity, place.Sequence, row.Payload.ToArray()));

        var item = serializer.Deserialize<object>(row.Payload) ?? throw new InvalidDataException("The event is null.");
        return item is UnreadEntry entry ? Read(entry) : item;
    }

    /// <summary>
    /// An entry of a log as a row of the outbox, with the same id. One that this release cannot read is put there as it is stored: a newer one may.
    /// </summary>
    public OutboxRow ToOutbox(OutboxRow row)
    {
        if (row.Place is not { } place)
            return row;

        try
        {
            return row with { Place = null, Payload = serializer.SerializeToArray(Read(row)) };
        }
        catch (Exception)
        {
            var entry = new UnreadEntry(place.Log, place.Entity, place.Sequence, row.Payload.ToArray());
            return row with { Place = null, Payload = serializer.SerializeToArray<object>(entry) };
        }
    }

    private object Read(UnreadEntry entry) => Of(entry.Log).Read(entry.Entity, entry.Sequence, entry.Stored);

    private sealed class SerializedObjects(Serializer serializer) : IDurableLogFormat
    {
        public byte[] Write(object item) => serializer.SerializeToArray<object>(item);

        public object Read(string entity, long sequence, ReadOnlyMemory<byte> stored) => serializer.Deserialize<object>(stored)!;
    }
}

/// <summary>An entry of a log in the outbox, which nobody has read yet.</summary>
[GenerateSerializer, Immutable, Alias("Orleans.Persistence.GroupCommit.UnreadEntry")]
internal sealed record UnreadEntry([property: Id(0)] string Log, [property: Id(1)] string Entity, [property: Id(2)] long Sequence, [property: Id(3)] byte[] Stored);
