using System.Collections.Concurrent;

namespace Shop.Benches.Peers.Contract;

/// <summary>Lets answers wait until their orders have ended, as long as the client would. In this process alone: the one that ends orders answers, too.</summary>
public sealed class Outcomes
{
    private readonly ConcurrentDictionary<Guid, Outcome> waiting = new();

    /// <param name="orderId">Of an order that is about to be placed.</param>
    /// <param name="limit">Zero: nobody waits.</param>
    public Outcome Of(Guid orderId, TimeSpan limit)
    {
        var outcome = new Outcome(limit, left => waiting.TryRemove(new(orderId, left)));
        if (limit > TimeSpan.Zero)
            waiting[orderId] = outcome;
        return outcome;
    }

    public void Ended(OrderView order)
    {
        if (waiting.TryGetValue(Guid.Parse(order.Id), out var outcome))
            outcome.End(order);
    }
}

public sealed class Outcome(TimeSpan limit, Action<Outcome> leave) : IDisposable
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Or the limit is over.</summary>
    public Task Ended => limit == TimeSpan.Zero ? Task.CompletedTask : WaitForEnd();

    /// <summary>Null: it has none yet.</summary>
    public OrderView? View { get; private set; }

    public void End(OrderView order)
    {
        View = order;
        ended.TrySetResult();
    }

    public void Dispose() => leave(this);

    private async Task WaitForEnd() => await ended.Task.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
