using Shop.Orders;
using Shop.Sagas;
using Shop.Stock;

namespace Shop.Simulation.Laws;

/// <summary>What people were told: durable at the moment they hear it, and still true in the end.</summary>
internal sealed class Promises(World world)
{
    private readonly List<(string Key, long Version, OrderStatus Status)> seen = [];
    private readonly List<(string Key, string What, OrderStatus[] Ends)> ends = [];
    private readonly HashSet<string> toBeCancelled = new(StringComparer.Ordinal);

    public void Placed(string key, OrderPlacement placement)
    {
        world.Laws.Expect(world.Laws.Orders.PlacementOf(key) is not null, $"{key}: told it is placed, but it is not stored");
        world.Laws.Expect(
            world.Laws.Orders.PlacementOf(key) is not { } stored || (stored.Total == placement.Total && stored.PlacedAt == placement.PlacedAt),
            $"{key}: told of another placement than the one that is stored");
    }

    public void NotThere(string key, string what) =>
        world.Laws.Expect(world.Laws.Orders.PlacementOf(key) is null, $"{key}: {what} finds no such order, but it was placed");

    public void Read(OrderView view)
    {
        var key = view.Placement.OrderId.Key;
        var stored = world.Laws.Orders.SagaOf(key)?.Sequence ?? 1;
        world.Laws.Expect(view.Version <= stored, $"{key}: told of version {view.Version} when {stored} is stored");
        seen.Add((key, view.Version, view.Status));
    }

    /// <summary>Somebody is going to ask for it.</summary>
    public void ToBeCancelled(string key) => toBeCancelled.Add(key);

    public bool WasToBeCancelled(string key) => toBeCancelled.Contains(key);

    public void Cancelled(string key, string request, CancelOrderResult answer)
    {
        switch (answer)
        {
            case CancelOrderResult.Granted or CancelOrderResult.RefundPending:
                world.Laws.Expect(
                    world.Laws.Orders.SagaOf(key) is { } saga && (saga.CancelRequested is not null || saga.EndReason is not null), $"{key}: a cancellation was granted and is not stored");
                ends.Add((key, $"cancellation {request} was granted", [OrderStatus.Cancelled]));
                break;
            case CancelOrderResult.TooLate:
                ends.Add((key, $"cancellation {request} came too late", [OrderStatus.Completed, OrderStatus.Rejected]));
                break;
            case CancelOrderResult.NotFound:
                NotThere(key, "a cancellation");
                break;
            default:
                world.Laws.Break($"{key}: cancellation {request} was answered {answer}");
                break;
        }
    }

    public void Paid(string key, string request, PayOrderResult answer)
    {
        switch (answer)
        {
            case PayOrderResult.Accepted accepted:
                world.Laws.Expect(
                    world.Laws.Orders.SagaOf(key)?.Requests.Any(r => r.Key == request) == true, $"{key}: payment {request} was accepted and is not stored");
                seen.Add((key, accepted.Order.Version, accepted.Order.Status));
                break;
            case PayOrderResult.NotFound:
                NotThere(key, "a payment");
                break;
            case PayOrderResult.Mismatch:
                world.Laws.Break($"{key}: payment {request} was answered {answer}");
                break;
            default:
                break;
        }
    }

    public void Adjusted(string product, string request, AdjustStockResult answer)
    {
        if (answer is AdjustStockResult.Adjusted)
        {
            world.Laws.Expect(
                world.Database.Entry(new("stock", product), "adjustments", request) is not null, $"{product}: adjustment {request} was acknowledged and is not stored");
        }

        world.Laws.Expect(answer is AdjustStockResult.Adjusted or AdjustStockResult.Refused, $"{product}: adjustment {request} was answered {answer}");
    }

    public void AtRest()
    {
        foreach (var (key, version, status) in seen)
        {
            var saga = world.Laws.Orders.SagaOf(key);
            var was = saga is null ? OrderStatus.Placed : OrderLaws.StatusAt(saga, version);
            world.Laws.Expect(was == status, $"{key}: told that version {version} is {status}, but it was {was}");
        }

        foreach (var (key, what, fit) in ends)
        {
            var end = world.Laws.Orders.SagaOf(key)?.Status;
            world.Laws.Expect(end is { } status && fit.Contains(status), $"{key}: {what}, but it ended {end}");
        }
    }
}
