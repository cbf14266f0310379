using System.Runtime.CompilerServices;
using Orleans.Persistence.GroupCommit;
using Shop.Stock;

namespace Grains.Specs.Operations;

/// <summary>A database in which nothing is stored but what a spec puts there.</summary>
internal sealed class StoredBooks : IDurableInspector, IDurableSnapshot
{
    private readonly TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Of all products, by key.</summary>
    public List<DurableEntry<Reservation>> Reservations { get; } = [];

    /// <summary>By key.</summary>
    public List<DurableRow<StockState>> Stocks { get; } = [];

    public OutboxDepth Outbox { get; set; } = new(0, 0);

    /// <summary>The armed rows never come, unless somebody ends the reading.</summary>
    public bool Stalls { get; init; }

    /// <summary>Somebody waits for them.</summary>
    public Task IsStalled => stalled.Task;

    public bool IsOpen { get; private set; }

    public Task<IDurableSnapshot> OpenSnapshot(CancellationToken cancellationToken = default)
    {
        IsOpen = true;
        return Task.FromResult<IDurableSnapshot>(this);
    }

    public IAsyncEnumerable<DurableEntry<T>> ReadEntries<T>(string kind, string map, CancellationToken cancellationToken = default) where T : class =>
        Reservations.Cast<DurableEntry<T>>().ToAsyncEnumerable();

    public IAsyncEnumerable<DurableRow<T>> ReadRows<T>(string kind, string? afterKey = null, CancellationToken cancellationToken = default)
        where T : class => (kind == "stock" ? Stocks.Cast<DurableRow<T>>() : []).ToAsyncEnumerable();

    public ValueTask<DurableRow<T>?> ReadRow<T>(string kind, string key, CancellationToken cancellationToken = default) where T : class => new((DurableRow<T>?)null);

    public async IAsyncEnumerable<ArmedMessage> ReadScheduled(GrainId? from = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!Stalls)
            yield break;
        stalled.TrySetResult();
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
    }

    public IAsyncEnumerable<DurableLogEntry<T>> ReadLog<T>(string log, string? from = null, string? before = null, CancellationToken cancellationToken = default)
        where T : class => AsyncEnumerable.Empty<DurableLogEntry<T>>();

    public ValueTask<OutboxDepth> ReadOutboxDepth(CancellationToken cancellationToken = default) => new(Outbox);

    public ValueTask DisposeAsync()
    {
        IsOpen = false;
        return ValueTask.CompletedTask;
    }
}
