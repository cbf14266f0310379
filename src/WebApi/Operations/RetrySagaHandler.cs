using System.Diagnostics;
using Shop.Sagas;
using Shop.Values;
using Shop.WebApi.Conventions;
using Shop.WebApi.Orders;

namespace Shop.WebApi.Operations;

/// <summary>POST /v1/ops/sagas/{id}/retry.</summary>
internal static class RetrySagaHandler
{
    /// <summary>Whoever did not say a name. The name is claimed, not proven: until operators have keys of their own, whoever may call this is trusted.</summary>
    private const string Unnamed = "unnamed";
    private const string Shape = "1 to 64 visible ASCII characters without spaces";

    public static async Task<IResult> Handle(string id, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (!OrderId.TryParse(id, out var orderId))
        {
            return OrderProblems.NotFound();
        }

        if ((await JsonBody.Read(http.Request, Operator, Unnamed)).Failed(out var problem, out var name))
        {
            return problem;
        }

        // Once: a repetition after a lost answer would note on the timeline that somebody pressed twice.
        var result = await calls.AskOnce(
            grains.GetGrain<IOrderSagaGrain>(orderId.Key), new RetryOrder(name, RequestTrace.Of(http)),
            static (saga, command) => saga.Retry(command), GrainCalls.Limit, http.RequestAborted);
        return result switch
        {
            RetryOrderResult.Retrying retrying => TypedResults.Json(
                OrderBody.Of(retrying.Order), OrdersJson.Default.OrderBody, statusCode: StatusCodes.Status202Accepted),
            RetryOrderResult.NothingToRetry nothing => OrderProblems.NotNow("The order waits for nothing that a retry could hasten", nothing.Status),
            RetryOrderResult.NotFound => OrderProblems.NotFound(),
            _ => throw new UnreachableException(),
        };
    }

    internal static string? Operator(ObjectReader body)
    {
        const string Member = "operator";
        if (!body.Has(Member))
        {
            return Unnamed;
        }

        if (body.Text(Member, Shape) is not { } name)
        {
            return null;
        }

        if (name.Length is >= 1 and <= 64 && !name.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return name;
        }

        body.Fault(Member, $"must be {Shape}");
        return null;
    }
}
