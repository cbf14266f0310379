using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Shop.Orders;
using Shop.Sagas;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Orders;

/// <summary>POST /v1/orders.</summary>
internal static class PlaceOrderHandler
{
    public static async Task<IResult> Handle(HttpContext http, IGrainFactory grains, GrainCalls calls, OutcomeWait wait)
    {
        if (RequestKey.Missing(http.Request, out var key, out var keyProblem))
        {
            return keyProblem;
        }

        if ((await JsonBody.Read<OrderRequest>(http.Request, OrderRequestReader.Read)).Failed(out var problem, out var request))
        {
            return problem;
        }

        var id = request.IdFor(key);
        var command = new PlaceOrder(
            request.CustomerId, request.Currency, request.Lines, request.PaymentMethod, request.Hash(), RequestTrace.Of(http));
        var result = await calls.Ask(
            grains.GetGrain<IOrderGrain>(id.Key), command, static (order, command) => order.Place(command), http.RequestAborted);
        return result switch
        {
            PlaceOrderResult.Placed placed => Created(http, await wait.For(http, grains.GetGrain<IOrderSagaGrain>(id.Key), placed.Placement)),
            PlaceOrderResult.Replayed replayed => Replayed(http, replayed.Placement),
            PlaceOrderResult.Mismatch => Problem.KeyMismatch(),
            PlaceOrderResult.Refused refused => Refused(refused),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The first answer again, for ever: never a later state, and nothing to wait for.</summary>
    private static JsonHttpResult<OrderBody> Replayed(HttpContext http, OrderPlacement placement)
    {
        RequestKey.MarkReplayed(http.Response);
        return Created(http, OrderView.Placed(placement));
    }

    private static JsonHttpResult<OrderBody> Created(HttpContext http, OrderView order)
    {
        http.Response.Headers.Location = $"/v1/orders/{order.Placement.OrderId}";
        http.Response.Headers.ETag = EntityTags.Of(order.Version);
        return TypedResults.Json(OrderBody.Of(order), OrdersJson.Default.OrderBody, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>404 when a product is unknown: nothing else about the request matters before that is put right.</summary>
    private static Problem Refused(PlaceOrderResult.Refused refused)
    {
        var errors = new FieldFault[refused.Faults.Length];
        var unknown = false;
        for (var i = 0; i < errors.Length; i++)
        {
            var fault = refused.Faults[i];
            unknown |= fault.Kind == LineFaultKind.UnknownProduct;
            var member = fault.Kind == LineFaultKind.TotalTooLarge ? "quantity" : "productId";
            errors[i] = new FieldFault($"#/items/{fault.Index}/{member}", fault.Detail);
        }

        return unknown
            ? new Problem(StatusCodes.Status404NotFound, ProblemCodes.NotFound, "The order names a product that does not exist; see errors.") { Errors = errors }
            : new Problem(StatusCodes.Status400BadRequest, ProblemCodes.Validation, "The order cannot be taken as it is; see errors.") { Errors = errors };
    }
}
