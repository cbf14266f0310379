using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Shop.Hosting.Network;
using Shop.Orders;
using Shop.Sagas;
using Shop.Values;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Orders;

/// <summary>POST /v1/orders/{id}/cancellations.</summary>
internal static class CancelOrderHandler
{
    private static readonly Cancellation ByCustomer = new(OrderEndReason.CustomerRequest);

    public static async Task<IResult> Handle(string id, HttpContext http, IGrainFactory grains, GrainCalls calls, OpsKey opsKey)
    {
        if (RequestKey.Missing(http.Request, out var key, out var keyProblem))
        {
            return keyProblem;
        }

        if (!OrderId.TryParse(id, out var orderId))
        {
            return OrderProblems.NotFound();
        }

        if ((await JsonBody.Read<Cancellation>(http.Request, Read, ByCustomer)).Failed(out var problem, out var request))
        {
            return problem;
        }

        if (request.Reason == OrderEndReason.MerchantRequest && !opsKey.Admits(http.Request))
        {
            return OpsKey.Refuse(http);
        }

        var hash = new RequestHash("cancel-order/1").Add((long)request.Reason).ToString();
        var result = await calls.Ask(
            grains.GetGrain<IOrderSagaGrain>(orderId.Key),
            new CancelOrder(key, hash, request.Reason, RequestTrace.Of(http)),
            static (saga, command) => saga.Cancel(command),
            http.RequestAborted);
        return result switch
        {
            CancelOrderResult.Granted granted => Accepted(http, CancellationOutcome.Granted, granted.Replayed),
            CancelOrderResult.RefundPending pending => Accepted(http, CancellationOutcome.RefundPending, pending.Replayed),
            CancelOrderResult.TooLate late => Accepted(http, CancellationOutcome.TooLate, late.Replayed),
            CancelOrderResult.Mismatch => Problem.KeyMismatch(),
            CancelOrderResult.NotFound => OrderProblems.NotFound(),
            _ => throw new UnreachableException(),
        };
    }

    private static JsonHttpResult<CancellationBody> Accepted(HttpContext http, CancellationOutcome outcome, bool replayed)
    {
        RequestKey.MarkReplayed(http.Response, replayed);
        return TypedResults.Json(new CancellationBody(outcome), OrdersJson.Default.CancellationBody, statusCode: StatusCodes.Status202Accepted);
    }

    internal static Cancellation? Read(ObjectReader body)
    {
        const string Reason = "reason";
        const string Shape = "customer_request or merchant_request";
        if (!body.Has(Reason))
        {
            return ByCustomer;
        }

        switch (body.Text(Reason, Shape))
        {
            case "customer_request":
                return ByCustomer;
            case "merchant_request":
                return new Cancellation(OrderEndReason.MerchantRequest);
            case null:
                return null;
            default:
                body.Fault(Reason, $"must be {Shape}");
                return null;
        }
    }

    internal sealed record Cancellation(OrderEndReason Reason);
}
