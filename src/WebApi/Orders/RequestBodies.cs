using System.Text.Json.Serialization;
using Shop.Orders;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Orders;

// What the OpenAPI document shows of request bodies. The readers beside do the reading: they name every fault at once.

/// <param name="CustomerId">1 to 64 visible ASCII characters.</param>
/// <param name="Currency">ISO 4217; every product must be priced in it.</param>
/// <param name="Items">1 to 100.</param>
internal sealed record PlaceOrderBody(string CustomerId, string Currency, PlaceOrderItem[] Items, PaymentMethodBody Payment);

/// <param name="Quantity">1 to 1,000,000.</param>
internal sealed record PlaceOrderItem(string ProductId, int Quantity);

/// <param name="Method">A token of the payment gateway: tok_ok, tok_declined, tok_capture_fails … with the simulated one.</param>
internal sealed record PaymentMethodBody(string Method);

internal sealed record PayOrderBody(PaymentMethodBody Payment);

/// <param name="Reason">customer_request (when left out) or merchant_request.</param>
internal sealed record CancelOrderBody([property: JsonConverter(typeof(SnakeCase<OrderEndReason>))] OrderEndReason? Reason);
