using Shop.Operations;
using Shop.Values;
using Shop.WebApi.Conventions;
using Shop.WebApi.Orders;

namespace Shop.WebApi.Operations;

/// <summary>GET /v1/ops/sagas and /v1/ops/sagas/{id}.</summary>
internal static class ReadSagaHandlers
{
    public static async Task<IResult> List(
        string? state, string? stuck, string? limit, string? cursor, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (SagaQueries.AreWrong(state, stuck, limit, cursor, out var query, out var problem))
        {
            return problem;
        }

        var page = await calls.Ask(
            grains.GetGrain<ISagasGrain>(ISagasGrain.Key), query, static (sagas, query) => sagas.List(query), http.RequestAborted);
        return TypedResults.Json(SagaListBody.Of(page), SagasJson.Default.SagaListBody);
    }

    public static async Task<IResult> Saga(string id, HttpContext http, IGrainFactory grains, GrainCalls calls) =>
        OrderId.TryParse(id, out var orderId)
        && await calls.Ask(
            grains.GetGrain<ISagasGrain>(ISagasGrain.Key), orderId, static (sagas, id) => sagas.Read(id), http.RequestAborted) is { } saga
            ? TypedResults.Json(SagaBody.Of(saga), SagasJson.Default.SagaBody)
            : OrderProblems.NotFound();
}
