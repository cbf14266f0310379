using System.Text.Json;
using Shop.Events;
using Shop.Orders;
using Shop.Values;
using Shop.WebApi.Orders;

namespace Shop.WebApi.Specs.Contract;

public sealed class When_a_timeline_is_shown
{
    private static readonly Money Price = new(1999, "EUR");

    private static readonly OrderPlacement Placement = new(
        new OrderId(Guid.Parse("5195675e-9d32-50d8-80a6-f084c267ddfc")), new CustomerId("c-42"),
        [new OrderLine(1, new ProductId("espresso-beans"), new Quantity(2), Price)], new Money(3998, "EUR"), "tok_secret",
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)), new TraceContext("correlation"));

    public static TheoryData<IOrderFact, string> Facts => new()
    {
        { new OrderAccepted(), """{"sequence":7,"type":"order-accepted","occurredAt":"2026-01-02T01:04:05Z","data":{}}""" },
        { new OrderReserved(), """{"sequence":7,"type":"order-reserved","occurredAt":"2026-01-02T01:04:05Z","data":{}}""" },
        { new OrderPaymentAuthorized(1, Price), """{"sequence":7,"type":"order-payment-authorized","occurredAt":"2026-01-02T01:04:05Z","data":{"attempt":1,"amount":{"amount":1999,"currency":"EUR"}}}""" },
        { new OrderPaymentDeclined(1, "declined"), """{"sequence":7,"type":"order-payment-declined","occurredAt":"2026-01-02T01:04:05Z","data":{"attempt":1,"code":"declined"}}""" },
        { new OrderPaymentUnknown(2, true), """{"sequence":7,"type":"order-payment-unknown","occurredAt":"2026-01-02T01:04:05Z","data":{"attempt":2,"capturing":true}}""" },
        { new OrderPaymentMethodChanged(2), """{"sequence":7,"type":"order-payment-method-changed","occurredAt":"2026-01-02T01:04:05Z","data":{"attempt":2}}""" },
        { new OrderConfirmed(Price), """{"sequence":7,"type":"order-confirmed","occurredAt":"2026-01-02T01:04:05Z","data":{"captured":{"amount":1999,"currency":"EUR"}}}""" },
        { new OrderFulfilmentStarted(), """{"sequence":7,"type":"order-fulfilment-started","occurredAt":"2026-01-02T01:04:05Z","data":{}}""" },
        { new OrderCompleted(), """{"sequence":7,"type":"order-completed","occurredAt":"2026-01-02T01:04:05Z","data":{}}""" },
        { new OrderCancellationRequested(), """{"sequence":7,"type":"order-cancellation-requested","occurredAt":"2026-01-02T01:04:05Z","data":{}}""" },
        { new OrderCompensationStarted(OrderEndReason.InsufficientStock), """{"sequence":7,"type":"order-compensation-started","occurredAt":"2026-01-02T01:04:05Z","data":{"reason":"insufficient_stock"}}""" },
        { new OrderRejected(OrderEndReason.PaymentDeclined, Money.Zero("EUR")), """{"sequence":7,"type":"order-rejected","occurredAt":"2026-01-02T01:04:05Z","data":{"refunded":{"amount":0,"currency":"EUR"},"reason":"payment_declined"}}""" },
        { new OrderCancelled(OrderEndReason.CustomerRequest, Price), """{"sequence":7,"type":"order-cancelled","occurredAt":"2026-01-02T01:04:05Z","data":{"refunded":{"amount":1999,"currency":"EUR"},"reason":"customer_request"}}""" },
        { new OrderNeedsAttention("long"), """{"sequence":7,"type":"order-needs-attention","occurredAt":"2026-01-02T01:04:05Z","data":{"why":"long"}}""" },
        { new OrderRetried("ann"), """{"sequence":7,"type":"order-retried","occurredAt":"2026-01-02T01:04:05Z","data":{"operator":"ann"}}""" },
        { new OrderLatePaymentUndone(1, Price), """{"sequence":7,"type":"order-late-payment-undone","occurredAt":"2026-01-02T01:04:05Z","data":{"attempt":1,"amount":{"amount":1999,"currency":"EUR"}}}""" },
        { new SomethingOfALaterVersion(), """{"sequence":7,"type":"something-of-a-later-version","occurredAt":"2026-01-02T01:04:05Z","data":{}}""" },
        {
            new OrderPlaced(Placement),
            """{"sequence":7,"type":"order-placed","occurredAt":"2026-01-02T01:04:05Z","data":{"customerId":"c-42","items":[{"productId":"espresso-beans","quantity":2,"unitPrice":{"amount":1999,"currency":"EUR"},"lineTotal":{"amount":3998,"currency":"EUR"}}],"total":{"amount":3998,"currency":"EUR"}}}"""
        },
    };

    [Theory]
    [MemberData(nameof(Facts))]
    public void Should_show_a_fact_as_the_contract_has_it(IOrderFact fact, string json) =>
        Assert.Equal(json, Json(fact));

    [Fact]
    public void Should_have_a_spec_for_every_fact() => Assert.Equal(
        typeof(IOrderFact).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IOrderFact))).Select(t => t.Name).Order(),
        Facts.Select(row => row.Data.Item1.GetType().Name).Where(name => name != nameof(SomethingOfALaterVersion)).Order());

    [Fact]
    public void Should_not_show_how_the_customer_pays() =>
        Assert.DoesNotContain("tok_secret", Json(new OrderPlaced(Placement)), StringComparison.Ordinal);

    [Fact]
    public void Should_show_an_order_as_the_contract_has_it() => Assert.Equal(
        """{"id":"5195675e-9d32-50d8-80a6-f084c267ddfc","version":4,"status":"awaiting_payment","customerId":"c-42","items":[{"productId":"espresso-beans","quantity":2,"unitPrice":{"amount":1999,"currency":"EUR"},"lineTotal":{"amount":3998,"currency":"EUR"}}],"total":{"amount":3998,"currency":"EUR"},"payment":{"status":"declined","authorized":0,"captured":0,"refunded":0},"reason":null,"createdAt":"2026-01-02T01:04:05Z","updatedAt":"2026-01-02T01:04:06Z"}""",
        JsonSerializer.Serialize(
            OrderBody.Of(new OrderView(
                Placement, 4, OrderStatus.AwaitingPayment, null, new PaymentSummary(PaymentStatus.Declined, 0, 0, 0), false, Placement.PlacedAt.AddSeconds(1))),
            OrdersJson.Default.OrderBody));

    [Fact]
    public void Should_spell_every_status_as_the_contract_does() => Assert.Equal(
        "placed, reserving, authorizing, awaiting_payment, payment_unknown, capturing, confirmed, fulfilling, completed, compensating, cancelled, rejected",
        string.Join(", ", Enum.GetValues<OrderStatus>().Select(status => Shown(status, null).GetProperty("status").GetString())));

    [Fact]
    public void Should_spell_every_reason_as_the_contract_does() => Assert.Equal(
        "insufficient_stock, payment_declined, payment_timeout, customer_request, merchant_request",
        string.Join(", ", Enum.GetValues<OrderEndReason>().Select(reason => Shown(OrderStatus.Rejected, reason).GetProperty("reason").GetString())));

    private static JsonElement Shown(OrderStatus status, OrderEndReason? reason) => JsonSerializer.SerializeToElement(
        OrderBody.Of(new OrderView(Placement, 1, status, reason, PaymentSummary.None, false, Placement.PlacedAt)), OrdersJson.Default.OrderBody);

    private static string Json(IOrderFact fact) => JsonSerializer.Serialize(
        new TimelineBody([EventBody.Of(new TimelineEntry(7, Placement.PlacedAt, fact))]), OrdersJson.Default.TimelineBody)[9..^2];

    public sealed record SomethingOfALaterVersion : IOrderFact;
}
