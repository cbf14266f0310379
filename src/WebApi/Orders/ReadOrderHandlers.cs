using System.Collections.Immutable;
using System.Globalization;
using Shop.Orders;
using Shop.Sagas;
using Shop.Values;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Orders;

/// <summary>GET /v1/orders/{id} and /events.</summary>
internal static class ReadOrderHandlers
{
    public static async Task<IResult> Order(string id, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        if (!OrderId.TryParse(id, out var orderId)
            || await calls.Ask(
                grains.GetGrain<IOrderSagaGrain>(orderId.Key), static saga => saga.Read(), http.RequestAborted) is not { } order)
        {
            return OrderProblems.NotFound();
        }

        return EntityTags.ClientHas(http, order.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Json(OrderBody.Of(order), OrdersJson.Default.OrderBody);
    }

    public static async Task<IResult> Events(string id, string? after, HttpContext http, IGrainFactory grains, GrainCalls calls)
    {
        long sequence = 0;
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out sequence))
        {
            return Problem.Validation("after must be the sequence of an event: a whole number from 0.");
        }

        if (!OrderId.TryParse(id, out var orderId)
            || await calls.Ask(
                grains.GetGrain<IOrderSagaGrain>(orderId.Key), sequence, static (saga, after) => saga.Timeline(after), http.RequestAborted)
                is not { } entries)
        {
            return OrderProblems.NotFound();
        }

        return TypedResults.Json(new TimelineBody(BodiesOf(entries)), OrdersJson.Default.TimelineBody);
    }

    private static EventBody[] BodiesOf(ImmutableArray<TimelineEntry> entries)
    {
        var bodies = new EventBody[entries.Length];
        for (var i = 0; i < bodies.Length; i++)
        {
            bodies[i] = EventBody.Of(entries[i]);
        }

        return bodies;
    }
}
