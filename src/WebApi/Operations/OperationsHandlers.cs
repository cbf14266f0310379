using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Shop.Operations;
using Shop.Sagas;
using Shop.Silo.Hosting;
using Shop.Values;
using Shop.WebApi.Conventions;
using Shop.WebApi.Orders;

namespace Shop.WebApi.Operations;

/// <summary>GET /v1/ops/invariants, /about and POST /v1/ops/sagas/{id}/retry.</summary>
internal static class OperationsHandlers
{
    /// <summary>A check reads everything that is stored. As long as the grain call itself may take.</summary>
    private static readonly TimeSpan CheckLimit = TimeSpan.FromMinutes(5);

    private static readonly string Version =
        typeof(OperationsHandlers).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static async Task<IResult> Invariants(HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        var report = await calls.AskOnce(
            grains.GetGrain<IInvariantsGrain>(IInvariantsGrain.Key), 0, static (invariants, _) => invariants.Check(), CheckLimit, http.RequestAborted);
        return TypedResults.Json(InvariantsBody.Of(report), OperationsJson.Default.InvariantsBody);
    }

    public static async Task<IResult> Retry(string id, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (!OrderId.TryParse(id, out var orderId))
        {
            return OrderProblems.NotFound();
        }

        var result = await calls.AskOnce(
            grains.GetGrain<IOrderSagaGrain>(orderId.Key), new RetryOrder("http", RequestTrace.Of(http)),
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

    public static IResult About(ShopSettings settings, TimeProvider time)
    {
        var startedAt = Process.GetCurrentProcess().StartTime.ToUniversalTime();
        return TypedResults.Json(
            new AboutBody(
                "embedded", Version, RuntimeInformation.FrameworkDescription, startedAt,
                (long)(time.GetUtcNow().UtcDateTime - startedAt).TotalSeconds, settings.DataDirectory),
            OperationsJson.Default.AboutBody);
    }
}
