using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Events;
using Shop.Orders;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Orders;

/// <param name="Data">Oldest first.</param>
internal sealed record TimelineBody(EventBody[] Data);

/// <param name="Sequence">1, 2, 3 … without gaps.</param>
/// <param name="Type">What happened, such as order-placed. New types may appear: ignore those you do not know.</param>
/// <param name="Data">What there is to say about it; which fields are there depends on the type.</param>
internal sealed record EventBody(long Sequence, string Type, DateTime OccurredAt, EventData Data)
{
    public static EventBody Of(TimelineEntry entry)
    {
        var (type, data) = Describe(entry.Fact);
        return new EventBody(entry.Sequence, type, entry.OccurredAt.UtcDateTime, data);
    }

    /// <summary>The names are the contract's: renaming a record does not change them.</summary>
    private static (string Type, EventData Data) Describe(IOrderFact fact) => fact switch
    {
        OrderPlaced f => ("order-placed", new EventData
        {
            CustomerId = f.Placement.CustomerId.Value,
            Items = ItemBody.Of(f.Placement),
            Total = MoneyBody.Of(f.Placement.Total),
        }),
        OrderAccepted => ("order-accepted", EventData.Nothing),
        OrderReserved => ("order-reserved", EventData.Nothing),
        OrderPaymentAuthorized f => ("order-payment-authorized", new EventData { Attempt = f.Attempt, Amount = MoneyBody.Of(f.Amount) }),
        OrderPaymentDeclined f => ("order-payment-declined", new EventData { Attempt = f.Attempt, Code = f.Code }),
        OrderPaymentUnknown f => ("order-payment-unknown", new EventData { Attempt = f.Attempt, Capturing = f.Capturing }),
        OrderPaymentMethodChanged f => ("order-payment-method-changed", new EventData { Attempt = f.Attempt }),
        OrderConfirmed f => ("order-confirmed", new EventData { Captured = MoneyBody.Of(f.Captured) }),
        OrderFulfilmentStarted => ("order-fulfilment-started", EventData.Nothing),
        OrderCompleted => ("order-completed", EventData.Nothing),
        OrderCancellationRequested => ("order-cancellation-requested", EventData.Nothing),
        OrderCompensationStarted f => ("order-compensation-started", new EventData { Reason = f.Reason }),
        OrderRejected f => ("order-rejected", new EventData { Reason = f.Reason, Refunded = MoneyBody.Of(f.Refunded) }),
        OrderCancelled f => ("order-cancelled", new EventData { Reason = f.Reason, Refunded = MoneyBody.Of(f.Refunded) }),
        OrderNeedsAttention f => ("order-needs-attention", new EventData { Why = f.Why }),
        OrderRetried f => ("order-retried", new EventData { Operator = f.Operator }),
        OrderLatePaymentUndone f => ("order-late-payment-undone", new EventData { Attempt = f.Attempt, Amount = MoneyBody.Of(f.Amount) }),
        // A fact this version has no words for still has its place in the sequence.
        _ => (JsonNamingPolicy.KebabCaseLower.ConvertName(fact.GetType().Name), EventData.Nothing),
    };
}

/// <summary>Every field an event can have; the ones that say nothing are left out.</summary>
internal sealed record EventData
{
    public static readonly EventData Nothing = new();

    public string? CustomerId { get; init; }
    public ItemBody[]? Items { get; init; }
    public MoneyBody? Total { get; init; }

    /// <summary>Which payment method this was, from 1.</summary>
    public int? Attempt { get; init; }
    public MoneyBody? Amount { get; init; }
    public MoneyBody? Captured { get; init; }
    public MoneyBody? Refunded { get; init; }

    /// <summary>Why a payment was declined.</summary>
    public string? Code { get; init; }

    /// <summary>Whether it is a capture that was not answered, rather than an authorization.</summary>
    public bool? Capturing { get; init; }

    [JsonConverter(typeof(SnakeCase<OrderEndReason>))]
    public OrderEndReason? Reason { get; init; }
    public string? Why { get; init; }
    public string? Operator { get; init; }
}
