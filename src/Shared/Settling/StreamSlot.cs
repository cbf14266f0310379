namespace Orleans.Streams.Settling;

/// <summary>The batch of one stream that is being delivered, and who is reading it.</summary>
internal sealed class StreamSlot<TBatch>
    where TBatch : class, IBatchContainer
{
    public List<SettlingCursor<TBatch>> Cursors { get; } = [];

    public TBatch? Batch { get; private set; }

    /// <summary>A subscriber gave it up.</summary>
    public bool HasFailed { get; set; }

    /// <summary>A cursor went without having taken it.</summary>
    public bool IsUnresolved { get; set; }

    /// <summary>The last batch found no subscriber, and none has come since.</summary>
    public bool IsUnheard { get; set; }

    public bool IsAlone => Cursors.Count == 0;

    public bool IsPassedByAll => Batch is { } batch && Cursors.Count > 0 && Cursors.TrueForAll(cursor => cursor.HasPassed(batch));

    public void Put(TBatch batch)
    {
        Batch = batch;
        HasFailed = IsUnresolved = false;
    }

    public void Clear() => Batch = null;
}
