using Orleans.Persistence.GroupCommit.Storage;
using Shop.Events;
using Shop.Gateway;
using Shop.Payments;
using Shop.Sagas;
using Shop.Simulation.Cluster;
using Shop.Simulation.Machine;

namespace Shop.Simulation.Laws;

/// <summary>I3: nobody is charged twice or too much, and our books never say more than the gateway's.</summary>
internal sealed class MoneyLaws(World world)
{
    private readonly Dictionary<string, PaymentState> books = new(StringComparer.Ordinal);

    public void Charged(string authorizationKey, GatewayAccount? before, GatewayAccount after)
    {
        world.Laws.Expect(after.Captured <= after.Amount.Amount, $"{authorizationKey}: {after.Captured} captured of {after.Amount}");
        world.Laws.Expect(after.Refunded <= after.Captured, $"{authorizationKey}: {after.Refunded} refunded of {after.Captured}");
        if (before is { Status: GatewayAccountStatus.Voided or GatewayAccountStatus.Declined })
            world.Laws.Expect(after.Status == before.Status, $"{authorizationKey} was {before.Status} and is {after.Status}");

        var order = Names.Order(Names.Number(authorizationKey));
        var accounts = AccountsOf(order.ToString()).ToList();
        var charged = accounts.Sum(a => a.Captured - a.Refunded);
        var total = world.Laws.Orders.PlacementOf(order.Key)?.Total.Amount;
        world.Laws.Expect(total is not null, $"{authorizationKey}: money of an order that was never placed");
        world.Laws.Expect(charged <= total, $"{order.Key}: charged {charged} for {total}");
        if (world.Laws.Orders.SagaOf(order.Key) is { } saga)
            Fits(order.Key, saga);
    }

    /// <summary>A gateway that has to refuse these was asked for money that nobody owes.</summary>
    public void Answered(string authorizationKey, object? answer)
    {
        if (answer is GatewayCapture.Failed { Code: "amount_too_large" or "nothing_authorized" } or GatewayRefund.Failed { Code: "amount_too_large" or "nothing_captured" })
            world.Laws.Break($"{authorizationKey}: the gateway had to answer {answer}");
    }

    /// <summary>What an order's state says about its money.</summary>
    public void Fits(string key, SagaState state)
    {
        var accounts = AccountsOf(state.Placement.OrderId.ToString()).ToList();
        var charged = accounts.Sum(a => a.Captured - a.Refunded);
        var (fits, owed) = state.Step switch
        {
            SagaStep.Confirmed or SagaStep.Fulfilling or SagaStep.Completed => (charged == state.Placement.Total.Amount, state.Placement.Total.Amount),
            // A key that was voided stays voided, so nothing can be charged any more.
            SagaStep.Cancelled or SagaStep.Rejected => (charged == 0 && accounts.All(a => a.StillAuthorized == 0), 0),
            // Nothing is captured before the pivot.
            SagaStep.Reserving or SagaStep.Authorizing or SagaStep.AwaitingPayment or SagaStep.AuthorizationUnknown => (charged == 0, 0),
            _ => (true, 0),
        };
        world.Laws.Expect(fits, $"{key} is {state.Step} with {charged} charged instead of {owed}, {accounts.Sum(a => a.StillAuthorized)} still authorized");
    }

    public void Stored(Process process, GrainWrite write, PaymentState state)
    {
        var key = write.Row.Key;
        world.Trace.Stored(process, write, string.Join(", ", write.Outbox.Select(r => ((ShopEvent)r.Item!).Fact)));
        world.Laws.Follow(write, books.GetValueOrDefault(key)?.Sequence ?? 0, state.Sequence);
        books[key] = state;
        foreach (var operation in state.Operations)
            world.Laws.Expect(IsAtGateway(operation), $"{key}: our books say {operation}, the gateway's do not");
    }

    public void AtRest(IReadOnlyDictionary<string, SortedDictionary<long, ShopEvent>> heard)
    {
        foreach (var (key, state) in books)
            world.Laws.Expect(heard.GetValueOrDefault($"payment/{key}")?.Count == state.Sequence, $"payment {key}: not all of its facts were heard of");
    }

    private bool IsAtGateway(PaymentOperation operation) => operation.Kind switch
    {
        PaymentOperationKind.Authorize => operation.Outcome switch
        {
            PaymentOutcome.Succeeded => Account(operation.Key) is { Status: GatewayAccountStatus.Authorized or GatewayAccountStatus.Voided } a && a.Amount == operation.Amount,
            PaymentOutcome.Voided => Account(operation.Key) is { Status: GatewayAccountStatus.Voided },
            _ => Account(operation.Key) is { Status: GatewayAccountStatus.Declined },
        },
        PaymentOperationKind.Capture => operation.Outcome != PaymentOutcome.Succeeded
            || Account(operation.RelatedKey!)?.Find(GatewayEntryKind.Capture, operation.Key) is { Failed: null },
        _ => operation.Outcome != PaymentOutcome.Succeeded || world.Gateway.Accounts.Values.Any(a => a.Find(GatewayEntryKind.Refund, operation.Key) is not null),
    };

    private GatewayAccount? Account(string key) => world.Gateway.Accounts.GetValueOrDefault(key);

    public IEnumerable<GatewayAccount> AccountsOf(string order)
    {
        for (var attempt = 1; attempt <= world.Sagas.NewPaymentMethods + 1; attempt++)
        {
            if (Account($"{order}:auth:{attempt}") is { } account)
                yield return account;
        }
    }
}
