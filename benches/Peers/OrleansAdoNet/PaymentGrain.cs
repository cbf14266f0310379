using Shop.Benches.Peers.Contract;

namespace Shop.Benches.Peers.OrleansAdoNet;

[GenerateSerializer]
internal sealed class PaymentState
{
    [Id(0)]
    public long Amount { get; set; }

    [Id(1)]
    public string Status { get; set; } = "";
}

internal sealed class PaymentGrain([PersistentState("payment")] IPersistentState<PaymentState> payment, SimulatedGateway gateway) : Grain, IPaymentGrain
{
    private Guid Id => Guid.Parse(this.GetPrimaryKeyString());

    public async Task Authorize(long amount)
    {
        await gateway.Authorize(Id, amount);
        payment.State.Amount = amount;
        await Reach("authorized");
    }

    public async Task Capture()
    {
        await gateway.Capture(Id, payment.State.Amount);
        await Reach("captured");
        DeactivateOnIdle();
    }

    private Task Reach(string status)
    {
        payment.State.Status = status;
        return payment.WriteStateAsync();
    }
}
