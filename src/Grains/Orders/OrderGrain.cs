using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Events;
using Shop.Products;
using Shop.Sagas;
using Shop.Telemetry;
using Shop.Values;

namespace Shop.Orders;

[GrainType("order"), Reentrant]
internal sealed partial class OrderGrain(
    [Durable] IDurable<OrderState> order,
    IGrainContext context,
    IGrainFactory grains,
    TimeProvider clock,
    IOptions<SagaOptions> sagas,
    ILogger<OrderGrain> logger) : Grain(context), IOrderGrain
{
    private readonly string key = context.GrainId.Key.ToString()!;

    public async Task<PlaceOrderResult> Place(PlaceOrder command)
    {
        if (OrderDecider.Repeat(order.State, command) is { } repeated)
            return await Known(repeated, command);

        var products = await ReadProducts(command.Lines);

        // The same request may have come twice and the other one been placed meanwhile: what is there now decides.
        var decision = OrderDecider.Place(order.State, OrderId.FromKey(key), command, products, clock.GetUtcNow());
        if (decision.Next is null)
            return await Known(decision.Answer, command);

        await order.Commit(decision.Next, Leaving(decision.Next.Placement, decision.Fact!));
        CrashPoints.OrderPlaced.Reach();
        LogPlaced(key, command.Trace.CorrelationId);

        // A placed order is hardly ever asked for again (the saga has its own copy), so its memory is given back. Calls that are
        // running end normally, waiting ones are forwarded to the next activation, which finds the order and stays.
        GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The order is placed."));
        return decision.Answer;
    }

    public async Task<OrderPlacement?> Read()
    {
        if (order.DurableState is null)
            await order.ConfirmCurrent();
        // Ids that were never placed must not pile up in memory; a Place that is under way ends normally all the same.
        if (order.State is null)
            GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "There is no such order."));
        return order.DurableState?.Placement;
    }

    /// <summary>An answer without a change.</summary>
    private async Task<PlaceOrderResult> Known(PlaceOrderResult answer, PlaceOrder command)
    {
        if (answer is PlaceOrderResult.Refused)
        {
            // "Nothing stored" ends the request: a stale activation must not say it, nor one whose twin call has just placed the order.
            await order.ConfirmCurrent();
            answer = OrderDecider.Repeat(order.State, command) ?? answer;
        }

        await order.WhenDurable();
        if (answer is PlaceOrderResult.Refused refused)
            LogRefused(key, refused.Faults.Length, refused.Faults[0].Kind, command.Trace.CorrelationId);
        else if (answer is PlaceOrderResult.Mismatch)
            LogMismatch(key, command.Trace.CorrelationId);
        else if (answer is PlaceOrderResult.Replayed)
            ShopMeter.Replayed("place");
        return answer;
    }

    private Outgoing Leaving(OrderPlacement placement, OrderPlaced fact)
    {
        var outgoing = new Outgoing().Schedule(
            SagaSchedules.Target(key), SagaSchedules.Watchdog, placement.PlacedAt + sagas.Value.EnsureStartedAfter);
        return FactStream.OfOrder(key).Publish(outgoing, 1, placement.PlacedAt, placement.Trace, fact);
    }

    private async Task<Dictionary<ProductId, ProductView?>> ReadProducts(ImmutableArray<RequestedLine> lines)
    {
        var reads = new Dictionary<ProductId, Task<ProductView?>>(lines.Length);
        foreach (var line in lines)
        {
            if (!reads.ContainsKey(line.ProductId))
                reads.Add(line.ProductId, grains.GetGrain<IProductGrain>(line.ProductId.Key).Read());
        }

        await Task.WhenAll(reads.Values);
        var products = new Dictionary<ProductId, ProductView?>(reads.Count);
        foreach (var (id, read) in reads)
            products.Add(id, await read);
        return products;
    }
}
