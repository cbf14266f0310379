using System.Globalization;
using Shop.Orders;
using Shop.Sagas;
using Shop.Simulation.Machine;
using Shop.Values;

namespace Shop.Simulation.Outside;

/// <summary>Places one order and does with it what customers, and people who press buttons twice, do.</summary>
internal sealed class Customer(World world, int number) : Person(world, $"customer-{number}")
{
    public static readonly TimeSpan Arrivals = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(90);

    private static readonly string[] Methods =
        ["tok_ok", "tok_ok", "tok_ok", "tok_ok", "tok_ok", "tok_ok", "tok_declined", "tok_insufficient_funds", "tok_capture_fails", "tok_flaky", "tok_refund_flaky"];

    private readonly string key = Names.Order(number).Key;

    private IOrderSagaGrain Saga => World.Cluster.Grains.GetGrain<IOrderSagaGrain>(key);

    protected override async Task Live()
    {
        // The harmless choice is to stay at home.
        if (Chances.Next(40) == 0)
            return;

        await World.Pause(Chances.Within(Arrivals));
        var placing = Place();
        if (Chances.Chance(100))
            await Task.WhenAll(placing, Place());
        await placing;

        for (var actions = Chances.Next(4); actions > 0; actions--)
        {
            await World.Pause(Chances.Within(Moment));
            await Act(actions);
        }
    }

    private Task Act(int n) => Chances.Next(8) switch
    {
        0 or 1 => Read(),
        2 => Wait(),
        3 => Place(),
        4 => Twice(() => Cancel(n)),
        5 => Cancel(n),
        6 => Twice(() => Pay(n)),
        _ => Retry(),
    };

    private Task Twice(Func<Task> what) => Chances.Chance(300) ? Task.WhenAll(what(), what()) : what();

    private async Task Place()
    {
        // The same request whenever it is repeated: its content comes from choices of its own.
        var basket = World.Choices.Of($"{Name}/basket");
        request ??= new PlaceOrder(
            new CustomerId(Name),
            "EUR",
            [.. Enumerable.Range(0, 1 + basket.Next(3)).Select(_ => new RequestedLine(Names.Product(1 + basket.Next(Merchant.Products)), new Quantity(1 + basket.Next(3))))],
            basket.Pick(Methods),
            "hash",
            Trace);

        switch (await Insist(() => World.Cluster.Grains.GetGrain<IOrderGrain>(key).Place(request)))
        {
            case PlaceOrderResult.Placed placed:
                World.Laws.Promises.Placed(key, placed.Placement);
                break;
            case PlaceOrderResult.Replayed replayed:
                World.Laws.Promises.Placed(key, replayed.Placement);
                break;
            case var other:
                World.Laws.Break($"{key}: placing it was answered {other}");
                break;
        }
    }

    private PlaceOrder? request;

    private async Task Read() => Saw(await Insist(() => Saga.Read()));

    private async Task Wait() => Saw(await Insist(() => Saga.WaitForOutcome(TimeSpan.FromSeconds(10))));

    private void Saw(OrderView? view)
    {
        if (view is null)
            World.Laws.Promises.NotThere(key, "a read");
        else
            World.Laws.Promises.Read(view);
    }

    private async Task Cancel(int n)
    {
        var name = Key("cancel", n);
        World.Laws.Promises.ToBeCancelled(key);
        var cancel = new CancelOrder(new IdempotencyKey(name), "hash", OrderEndReason.CustomerRequest, Trace);
        World.Laws.Promises.Cancelled(key, name, await Insist(() => Saga.Cancel(cancel)));
    }

    private async Task Pay(int n)
    {
        var name = Key("pay", n);
        var pay = new PayOrder(new IdempotencyKey(name), "hash", Methods[(number + n) % Methods.Length], Trace);
        World.Laws.Promises.Paid(key, name, await Insist(() => Saga.Pay(pay)));
    }

    private async Task Retry()
    {
        if (await Insist(() => Saga.Retry(new RetryOrder("operator", Trace))) is RetryOrderResult.Retrying retrying)
            World.Laws.Promises.Read(retrying.Order);
    }

    private static string Key(string what, int n) => string.Create(CultureInfo.InvariantCulture, $"{what}-{n}");
}
