namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// Sees each call that delivers a batch, and keeps what the subscriber has thrown until it takes the batch: the pulling agent tells nobody, and what becomes of the
/// events depends on it. Thread-safe.
/// </summary>
internal sealed class OutboxDeliveryFilter : IOutgoingGrainCallFilter
{
    private const int BatchArgument = 2;
    private const int SubscriptionArgument = 0;

    // By name first: every call of the silo passes here, and to look at an argument may box it.
    public Task Invoke(IOutgoingGrainCallContext context) =>
        context.Request.GetMethodName() == "DeliverBatch" && context.Request.GetArgumentCount() > BatchArgument
        && context.Request.GetArgument(BatchArgument) is OutboxBatch batch
            ? Deliver(context, batch)
            : context.Invoke();

    private static async Task Deliver(IOutgoingGrainCallContext context, OutboxBatch batch)
    {
        // Read now: when the call has ended, its arguments are cleared.
        var subscription = context.Request.GetArgument(SubscriptionArgument)?.ToString() ?? "";
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
