using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Shop.Events;
using Shop.Orders;
using Shop.Values;

namespace Shop.Hosting.Streams;

/// <summary>How facts look in JSON. What a later version adds is passed over by this one; what this one needs has to be there.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(OrderIdConverter), typeof(ProductIdConverter), typeof(CustomerIdConverter), typeof(ReservationIdConverter),
        typeof(QuantityConverter), typeof(MoneyConverter), typeof(EndReasonConverter),
    ])]
[JsonSerializable(typeof(MoneyBody))]
[JsonSerializable(typeof(OrderPlaced))]
[JsonSerializable(typeof(OrderAccepted))]
[JsonSerializable(typeof(OrderReserved))]
[JsonSerializable(typeof(OrderPaymentAuthorized))]
[JsonSerializable(typeof(OrderPaymentDeclined))]
[JsonSerializable(typeof(OrderPaymentUnknown))]
[JsonSerializable(typeof(OrderPaymentMethodChanged))]
[JsonSerializable(typeof(OrderConfirmed))]
[JsonSerializable(typeof(OrderFulfilmentStarted))]
[JsonSerializable(typeof(OrderCompleted))]
[JsonSerializable(typeof(OrderCancellationRequested))]
[JsonSerializable(typeof(OrderCompensationStarted))]
[JsonSerializable(typeof(OrderRejected))]
[JsonSerializable(typeof(OrderCancelled))]
[JsonSerializable(typeof(OrderNeedsAttention))]
[JsonSerializable(typeof(OrderRetried))]
[JsonSerializable(typeof(OrderLatePaymentUndone))]
[JsonSerializable(typeof(StockHeld))]
[JsonSerializable(typeof(StockReleased))]
[JsonSerializable(typeof(StockShipped))]
[JsonSerializable(typeof(StockAdjusted))]
[JsonSerializable(typeof(PaymentAuthorized))]
[JsonSerializable(typeof(PaymentDeclined))]
[JsonSerializable(typeof(PaymentCaptured))]
[JsonSerializable(typeof(PaymentCaptureFailed))]
[JsonSerializable(typeof(PaymentVoided))]
[JsonSerializable(typeof(PaymentRefunded))]
internal sealed partial class FactJson : JsonSerializerContext
{
    /// <summary>Amounts that facts of an earlier time do not have are left out: money without a currency is none.</summary>
    public static JsonSerializerOptions ForFacts()
    {
        var options = new JsonSerializerOptions(Default.Options) { TypeInfoResolver = Default.WithAddedModifier(LeaveOutNoMoney) };
        options.MakeReadOnly();
        return options;
    }

    private static void LeaveOutNoMoney(JsonTypeInfo type)
    {
        // The fact's own: a condition set here takes the place of IgnoreReadOnlyProperties, by which computed members of others stay out.
        foreach (var property in type.Properties.Where(property => property.PropertyType == typeof(Money) && type.Type.IsAssignableTo(typeof(IFact))))
            property.ShouldSerialize = static (_, value) => value is Money { Currency: not null };
    }
}

/// <summary>Words, as in the HTTP API; never numbers.</summary>
internal sealed class EndReasonConverter() : JsonStringEnumConverter<OrderEndReason>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
