using System.Diagnostics;
using Orleans.Streams.RabbitMQ.Wire;
using Orleans.Streams.Settling;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>
/// Sees each call that delivers a batch: keeps what a subscriber has thrown for the dead letter (the pulling agent tells nobody), and makes the
/// delivery part of the publisher's trace. Thread-safe.
/// </summary>
internal sealed class DeliveryFilter(TimeProvider time) : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context) =>
        BatchDelivery.Is<RabbitMqBatch>(context, out var batch, out var subscription) ? Deliver(context, batch, subscription) : context.Invoke();

    private async Task Deliver(IOutgoingGrainCallContext context, RabbitMqBatch batch, string subscription)
    {
        using var activity = StreamTracing.StartDelivery(batch);
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
