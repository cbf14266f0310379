using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shop.WebApi.Orders;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderBody))]
[JsonSerializable(typeof(TimelineBody))]
[JsonSerializable(typeof(CancellationBody))]
[JsonSerializable(typeof(PlaceOrderBody))]
[JsonSerializable(typeof(PayOrderBody))]
[JsonSerializable(typeof(CancelOrderBody))]
internal sealed partial class OrdersJson : JsonSerializerContext;
