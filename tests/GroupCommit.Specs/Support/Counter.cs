using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs;

[Alias("spec.ICounter")]
public interface ICounter : IGrainWithStringKey
{
    /// <summary>Commits and answers when that is durable.</summary>
    [Alias("Add")] Task<long> Add(long amount, string? publish = null);

    /// <summary>Commits, and answers at once: what a careless grain would do.</summary>
    [Alias("AddWithoutWaiting")] Task<long> AddWithoutWaiting(long amount);

    /// <summary>The answer to a repeated command: known already, given when durable.</summary>
    [Alias("Replay")] Task<long> Replay();

    /// <summary>An answer that ends something.</summary>
    [Alias("Confirm")] Task<long> Confirm();

    /// <summary>What is in memory, without waiting.</summary>
    [Alias("Look")] Task<CounterView> Look();

    [Alias("Stage")] Task Stage(long amount);

    [Alias("CommitUnserializableState")] Task CommitUnserializableState();

    [Alias("PublishUnserializableEvent")] Task PublishUnserializableEvent();

    /// <summary>Arms the message "ring" of the counter itself; null disarms it.</summary>
    [Alias("Arm")] Task Arm(DateTimeOffset? dueAt);

    [Alias("PublishAfterTheCommit")] Task PublishAfterTheCommit();

    [Alias("CommitTwiceWithOneOutgoing")] Task CommitTwiceWithOneOutgoing();
}

[GenerateSerializer, Alias("spec.CounterView")]
public sealed record CounterView([property: Id(0)] Guid Activation, [property: Id(1)] long? State, [property: Id(2)] long? Durable, [property: Id(3)] long Version)
{
    [Id(4)] public string Note { get; init; } = "";
}

[GenerateSerializer, Alias("spec.CounterState")]
public sealed record CounterState
{
    [Id(0)] public long Total { get; init; }

    [Id(1)] public object? Anything { get; init; }

    /// <summary>Came later; see <see cref="OldCounterState"/>.</summary>
    [Id(2)] public string Note { get; init; } = "none";
}

/// <summary>The state as an earlier release wrote it.</summary>
[GenerateSerializer, Alias("spec.OldCounterState")]
public sealed record OldCounterState
{
    [Id(0)] public long Total { get; init; }
}

[GenerateSerializer, Alias("spec.CounterChanged")]
public sealed record CounterChanged([property: Id(0)] string Text);

/// <summary>Nothing can write this.</summary>
public sealed class Unserializable;

[GrainType("counter"), Reentrant]
public sealed class CounterGrain([Durable] IDurable<CounterState> counter) : Grain, ICounter
{
    private readonly Guid _activation = Guid.NewGuid();

    private CounterState Current => counter.State ?? new CounterState();

    public async Task<long> Add(long amount, string? publish = null)
    {
        var next = Current with { Total = Current.Total + amount };
        await counter.Commit(next, publish is null ? null : new Outgoing().Publish("streams", Stream, new CounterChanged(publish)));
        return next.Total;
    }

    public Task<long> AddWithoutWaiting(long amount)
    {
        _ = counter.Commit(Current with { Total = Current.Total + amount });
        return Task.FromResult(Current.Total);
    }

    public async Task<long> Replay()
    {
        var known = Current.Total;
        await counter.WhenDurable();
        return known;
    }

    public async Task<long> Confirm()
    {
        await counter.ConfirmCurrent();
        return Current.Total;
    }

    public Task<CounterView> Look() => Task.FromResult(
        new CounterView(_activation, counter.State?.Total, counter.DurableState?.Total, counter.StoredVersion) { Note = counter.State?.Note ?? "" });

    public Task Stage(long amount)
    {
        counter.Stage(Current with { Total = Current.Total + amount });
        return Task.CompletedTask;
    }

    public Task CommitUnserializableState() => counter.Commit(Current with { Total = -1, Anything = new Unserializable() });

    public Task PublishUnserializableEvent() =>
        counter.Commit(Current with { Total = -2 }, new Outgoing().Publish("streams", Stream, new Unserializable()));

    public Task Arm(DateTimeOffset? dueAt) => counter.Commit(
        Current,
        dueAt is { } due ? new Outgoing().Schedule(this.GetGrainId(), "ring", due) : new Outgoing().Unschedule(this.GetGrainId(), "ring"));

    public Task PublishAfterTheCommit()
    {
        var outgoing = new Outgoing().Publish("streams", Stream, new CounterChanged("before"));
        var committed = counter.Commit(Current, outgoing);
        outgoing.Publish("streams", Stream, new CounterChanged("after"));
        return committed;
    }

    public async Task CommitTwiceWithOneOutgoing()
    {
        var outgoing = new Outgoing().Publish("streams", Stream, new CounterChanged("once"));
        await counter.Commit(Current, outgoing);
        await counter.Commit(Current with { Total = 99 }, outgoing);
    }

    private StreamId Stream => StreamId.Create("counters", this.GetPrimaryKeyString());
}
