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
    [Durable(LoadOnDemand = true)] IDurable<OrderState> order,
    IGrainContext context,
    IGrainFactory grains,
    TimeProvider clock,
    IOptions<SagaOptions> sagas,
    ILogger<OrderGrain> logger) : Grain(context), IOrderGrain
{
    private readonly string key = context.GrainId.Key.ToString()!;

    // Whether this activation has read what is stored, or is the one that stores it: then memory knows the order.
    private bool knows;

    public async Task<PlaceOrderResult> Place(PlaceOrder command)
    {
        if (knows && await Repeated(command) is { } repeated)
            return repeated;

        // Nearly every order is new. So nothing is read first: the insert finds out whether it was placed before, by a twin call or long ago.
        var products = await ReadProducts(command.Lines);
        var decision = OrderDecider.Place(OrderId.FromKey(key), command, products, clock.GetUtcNow());
        if (decision.Answer is PlaceOrderResult.Refused refused)
            return await Refused(refused, command);

        knows = true;
        if (!await order.TryCreate(decision.Next!, Leaving(decision.Next!.Placement, decision.Fact!)))
            return await Place(command);

        CrashPoints.OrderPlaced.Reach();
        LogPlaced(key, command.Trace.CorrelationId);

        // A placed order is hardly ever asked for again (the saga has its own copy), so its memory is given back. Calls that are
        // running end normally, waiting ones are forwarded to the next activation, which finds the order and stays.
        GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The order is placed."));
        return decision.Answer;
    }

    public async Task<OrderPlacement?> Read()
    {
        await Load();
        if (order.DurableState is null)
            await order.ConfirmCurrent();
        // Ids that were never placed must not pile up in memory; a Place that is under way ends normally all the same.
        if (order.State is null)
            GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "There is no such order."));
        return order.DurableState?.Placement;
    }

    private Task Load()
    {
        knows = true;
        return order.Load();
    }

    /// <summary>The answer when the order was placed before; null when it was not.</summary>
    private async Task<PlaceOrderResult?> Repeated(PlaceOrder command)
    {
        await Load();
        if (OrderDecider.Repeat(order.State, command) is not { } answer)
            return null;

        await order.WhenDurable();
        if (answer is PlaceOrderResult.Mismatch)
            LogMismatch(key, command.Trace.CorrelationId);
        else
            ShopMeter.Replayed("place");
        return answer;
    }

    private async Task<PlaceOrderResult> Refused(PlaceOrderResult.Refused answer, PlaceOrder command)
    {
        // "Nothing stored" ends the request: a stale activation must not say it, nor one whose twin call has just placed the order.
        await Load();
        await order.ConfirmCurrent();
        if (await Repeated(command) is { } repeated)
            return repeated;

        LogRefused(key, answer.Faults.Length, answer.Faults[0].Kind, command.Trace.CorrelationId);
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
