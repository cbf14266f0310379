using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Shop.Orders;
using Shop.Sagas;
using Shop.Values;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Orders;

/// <summary>POST /v1/orders/{id}/payments: another payment method after a decline.</summary>
internal static class PayOrderHandler
{
    public static async Task<IResult> Handle(string id, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (RequestKey.Missing(http.Request, out var key, out var keyProblem))
        {
            return keyProblem;
        }

        if (!OrderId.TryParse(id, out var orderId))
        {
            return OrderProblems.NotFound();
        }

        if ((await JsonBody.Read<string>(http.Request, PaymentMethods.Read)).Failed(out var problem, out var method))
        {
            return problem;
        }

        var hash = new RequestHash("pay-order/1").Add(method).ToString();
        var result = await calls.Ask(
            grains.GetGrain<IOrderSagaGrain>(orderId.Key),
            new PayOrder(key, hash, method, RequestTrace.Of(http)),
            static (saga, command) => saga.Pay(command),
            http.RequestAborted);
        return result switch
        {
            PayOrderResult.Accepted accepted => Accepted(http, accepted),
            PayOrderResult.NotAwaited refused => OrderProblems.NotNow("The order does not wait for a payment method", refused.Status),
            PayOrderResult.Mismatch => Problem.KeyMismatch(),
            PayOrderResult.NotFound => OrderProblems.NotFound(),
            _ => throw new UnreachableException(),
        };
    }

    private static JsonHttpResult<OrderBody> Accepted(HttpContext http, PayOrderResult.Accepted accepted)
    {
        RequestKey.MarkReplayed(http.Response, accepted.Replayed);
        http.Response.Headers.Location = $"/v1/orders/{accepted.Order.Placement.OrderId}";
        http.Response.Headers.ETag = EntityTags.Of(accepted.Order.Version);
        return TypedResults.Json(OrderBody.Of(accepted.Order), OrdersJson.Default.OrderBody, statusCode: StatusCodes.Status202Accepted);
    }
}

internal static class OrderProblems
{
    public static Problem NotFound() => Problem.NotFound("There is no such order.");

    public static Problem NotNow(string what, OrderStatus status) => new(
        StatusCodes.Status409Conflict, ProblemCodes.InvalidTransition,
        $"{what}: it is {JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString())}.");
}
