using Shop.Benches.Peers.Contract;

namespace Shop.Benches.Peers.OrleansAdoNet;

/// <summary>
/// Leads an order to its end, step by step, and stores what it has reached. An event is published after the write that it tells of; a crash in between loses
/// the event, and one on the way leaves the order where it is.
/// </summary>
internal sealed partial class OrderGrain(
    [PersistentState("order")] IPersistentState<OrderState> order, Events events, Outcomes outcomes, ILogger<OrderGrain> log) : Grain, IOrderGrain
{
    private Guid Id => Guid.Parse(this.GetPrimaryKeyString());

    public async Task<bool> Place(string customerId, string productId, int quantity)
    {
        if (order.RecordExists)
            return false;
        var price = await GrainFactory.GetGrain<IProductGrain>(productId).Price();
        order.State = new OrderState { CustomerId = customerId, ProductId = productId, Quantity = quantity, Total = price * quantity };
        await Reach(Statuses.Placed);
        _ = Lead();
        return true;
    }

    public Task<OrderState?> Read() => Task.FromResult(order.RecordExists ? order.State : null);

    private async Task Lead()
    {
        try
        {
            if (!await GrainFactory.GetGrain<IStockGrain>(order.State.ProductId).Reserve(this.GetPrimaryKeyString(), order.State.Quantity))
            {
                await End(Statuses.Rejected);
                return;
            }

            await events.Publish("stock.reserved", Id);
            var payment = GrainFactory.GetGrain<IPaymentGrain>(this.GetPrimaryKeyString());
            await payment.Authorize(order.State.Total);
            await events.Publish("payment.authorized", Id);
            // Before the money moves.
            await Reach("authorized");
            await payment.Capture();
            await events.Publish("payment.captured", Id);
            await End(Statuses.Confirmed);
        }
        catch (Exception fault)
        {
            LogStuck(fault, Id, order.State.Status);
            throw;
        }
    }

    private async Task End(string status)
    {
        await Reach(status);
        outcomes.Ended(order.State.ToView(Id));
        DeactivateOnIdle();
    }

    private async Task Reach(string status)
    {
        order.State.Status = status;
        await order.WriteStateAsync();
        await events.Publish($"order.{status}", Id);
    }

    [LoggerMessage(LogLevel.Error, "Order {Id} stays {Status}.")]
    private partial void LogStuck(Exception fault, Guid id, string status);
}
