using System.Text.Json.Nodes;
using Orleans.Streams.RabbitMQ;
using Shop.Events;
using Shop.Hosting.Streams;
using Shop.Orders;
using Shop.Values;

namespace Shop.WebApi.Specs.Events;

/// <summary>One event of each kind, as it might happen, and the format in which it is published.</summary>
internal static class Samples
{
    private static readonly OrderId Order = new(new Guid("6a0e7c5e-2a5c-5a2e-9d0c-3b1f6f0a9c11"));
    private static readonly ReservationId Reservation = new(Order, 1, 2);
    private static readonly Money Price = new(4_447, "EUR");
    private static readonly TraceContext Trace = new("cart-17", $"order/{Order.Key}/1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    private static readonly ShopCloudEvents Events = new("shop");

    public static CloudEventsWireFormat Format { get; } = new(Events, Events);

    public static IReadOnlyList<ShopEvent> All { get; } =
    [
        .. new IFact[]
        {
            new OrderPlaced(new OrderPlacement(
                Order,
                new CustomerId("customer-7"),
                [new OrderLine(1, new ProductId("espresso-beans"), new Quantity(2), new Money(1_999, "EUR")), new OrderLine(2, new ProductId("filter-papers"), new Quantity(1), new Money(449, "EUR"))],
                Price,
                "tok_ok",
                new DateTimeOffset(2026, 3, 1, 12, 30, 0, 250, TimeSpan.Zero),
                Trace with { CausationId = null })),
            new OrderAccepted(),
            new OrderReserved(),
            new OrderPaymentAuthorized(1, Price),
            new OrderPaymentDeclined(1, "insufficient_funds"),
            new OrderPaymentUnknown(2, Capturing: true),
            new OrderPaymentMethodChanged(2),
            new OrderConfirmed(Price),
            new OrderFulfilmentStarted(),
            new OrderCompleted(),
            new OrderCancellationRequested(),
            new OrderCompensationStarted(OrderEndReason.CustomerRequest),
            new OrderRejected(OrderEndReason.InsufficientStock, Money.Zero("EUR")),
            new OrderCancelled(OrderEndReason.MerchantRequest, Price),
            new OrderNeedsAttention("capture unknown for 15 min"),
            new OrderRetried("op-1"),
            new OrderLatePaymentUndone(2, Price),
        }.Select((fact, index) => Of($"order/{Order.Key}", index + 1, fact)),
        .. new IFact[]
        {
            new StockHeld(Reservation, new Quantity(2)),
            new StockReleased(Reservation, new Quantity(2)),
            new StockShipped(Reservation, new Quantity(2)),
            new StockAdjusted(-3, "breakage"),
        }.Select((fact, index) => Of("stock/p:espresso-beans", index + 40, fact)),
        .. new IFact[]
        {
            new PaymentAuthorized($"{Order}:auth:1", Price),
            new PaymentDeclined($"{Order}:auth:1", "card_declined", Price),
            new PaymentCaptured($"{Order}:capture:1", $"{Order}:auth:1", Price),
            new PaymentCaptureFailed($"{Order}:capture:1", "expired", $"{Order}:auth:1", Price),
            new PaymentVoided($"{Order}:auth:1", Price),
            new PaymentRefunded($"{Order}:refund:1", $"{Order}:capture:1", Price),
        }.Select((fact, index) => Of($"payment/{Order.Key}", index + 1, fact)),
    ];

    public static ShopEvent Of<TFact>() where TFact : IFact => All.Single(happened => happened.Fact is TFact);

    public static string Write(ShopEvent happened) => System.Text.Encoding.UTF8.GetString(Format.Write([happened], null).Single().Body.Span);

    public static ShopEvent Read(string json) => Read(System.Text.Encoding.UTF8.GetBytes(json));

    public static ShopEvent Read(byte[] json) => (ShopEvent)Format.Read(new WireMessage(json, CloudEventsWireFormat.ContentType)).Events.Single();

    /// <summary>The event's JSON, changed.</summary>
    public static string Spoiled<TFact>(Action<JsonObject> spoil) where TFact : IFact
    {
        var json = JsonNode.Parse(Write(Of<TFact>()))!.AsObject();
        spoil(json);
        return json.ToJsonString();
    }

    private static ShopEvent Of(string entity, long sequence, IFact fact) =>
        new(entity, sequence, new DateTimeOffset(2026, 3, 1, 12, 30, 1, TimeSpan.Zero).AddTicks(1_234_567), Trace, fact, Proven: true);
}
