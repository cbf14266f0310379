using Orleans.Streams.Settling;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// Sees each call that delivers a batch, and keeps what the subscriber has thrown until it takes the batch: the pulling agent tells nobody, and what becomes of the
/// events depends on it. Thread-safe.
/// </summary>
internal sealed class OutboxDeliveryFilter : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context) =>
        BatchDelivery.Is<OutboxBatch>(context, out var batch, out var subscription) ? Deliver(context, batch, subscription) : context.Invoke();

    private static async Task Deliver(IOutgoingGrainCallContext context, OutboxBatch batch, string subscription)
    {
        try
        {
            await context.Invoke();
            batch.Failures.Remove(subscription);
        }
        catch (Exception e)
        {
            batch.Failures[subscription] = e;
            throw;
        }
    }
}
