using System.Diagnostics;
using Orleans.Streams.RabbitMQ.Wire;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>
/// Sees each call that delivers a batch: keeps what a subscriber has thrown for the dead letter (the pulling agent tells nobody), and makes the
/// delivery part of the publisher's trace. Thread-safe.
/// </summary>
internal sealed class DeliveryFilter(TimeProvider time) : IOutgoingGrainCallFilter
{
    private const int BatchArgument = 2;
    private const int SubscriptionArgument = 0;

    // By name first: every call of the silo passes here, and to look at an argument may box it.
    public Task Invoke(IOutgoingGrainCallContext context) =>
        context.Request.GetMethodName() == "DeliverBatch" && context.Request.GetArgumentCount() > BatchArgument
        && context.Request.GetArgument(BatchArgument) is RabbitMqBatch batch
            ? Deliver(context, batch)
            : context.Invoke();

    private async Task Deliver(IOutgoingGrainCallContext context, RabbitMqBatch batch)
    {
        using var activity = StreamTracing.StartDelivery(batch);
        // Read now: when the call has ended, its arguments are cleared.
        var subscription = context.Request.GetArgument(SubscriptionArgument)?.ToString() ?? "";
        try
        {
            await context.Invoke();
            batch.Failures.Remove(subscription);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            var now = time.GetUtcNow();
            var before = batch.Failures.GetValueOrDefault(subscription);
            batch.Failures[subscription] = new DeliveryFailure(e, subscription, (before?.Attempts ?? 0) + 1, before?.FirstAt ?? now, now);
            throw;
        }
    }
}
