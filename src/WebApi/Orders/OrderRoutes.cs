using Shop.Hosting.Network;
using Shop.WebApi.Hosting;

namespace Shop.WebApi.Orders;

internal static class OrderRoutes
{
    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/v1/orders").WithTags("Orders");

        orders.MapPost("", PlaceOrderHandler.Handle)
            .WithName("placeOrder")
            .WithSummary("Place an order")
            .WithDescription("Answers when the order is durable; from then on it goes on by itself. The id follows from customer and Idempotency-Key, so repeating the request gives the first answer, for ever.")
            .Takes<PlaceOrderBody>(RequestHeaders.IdempotencyKey, RequestHeaders.PreferWait)
            .Answers<OrderBody>(201, ResponseHeaders.Location, ResponseHeaders.EntityTag, ResponseHeaders.Replayed, ResponseHeaders.PreferenceApplied)
            .Refuses(400, 404, 413, 415, 422, 503);

        orders.MapGet("/{id}", ReadOrderHandlers.Order)
            .WithName("readOrder")
            .WithSummary("Read an order")
            .Takes(RequestHeaders.IfNoneMatch)
            .Answers<OrderBody>(200, ResponseHeaders.EntityTag)
            .Answers(304, ResponseHeaders.EntityTag)
            .Refuses(404, 503);

        orders.MapGet("/{id}/events", ReadOrderHandlers.Events)
            .WithName("readOrderEvents")
            .WithSummary("Read what happened to an order")
            .Answers<TimelineBody>(200)
            .Refuses(400, 404, 503);

        orders.MapPost("/{id}/cancellations", CancelOrderHandler.Handle)
            .WithName("cancelOrder")
            .WithSummary("Cancel an order as far as it still can be")
            .WithDescription("The body may be left out: the customer wants it so. What the merchant wants (merchant_request) needs the key, where the shop has one.")
            .TakesOptional<CancelOrderBody>(RequestHeaders.IdempotencyKey)
            .WithMetadata(new NeedsOpsKey(Always: false))
            .Answers<CancellationBody>(202, ResponseHeaders.Replayed)
            .Refuses(400, 401, 404, 413, 415, 422, 503);

        orders.MapPost("/{id}/payments", PayOrderHandler.Handle)
            .WithName("payOrder")
            .WithSummary("Give another payment method after a decline")
            .Takes<PayOrderBody>(RequestHeaders.IdempotencyKey)
            .Answers<OrderBody>(202, ResponseHeaders.Location, ResponseHeaders.EntityTag, ResponseHeaders.Replayed)
            .Refuses(400, 404, 409, 413, 415, 422, 503);
    }
}
