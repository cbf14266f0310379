using Shop.Sagas;
using Shop.Simulation.Machine;
using Shop.Simulation.Outside;

namespace Shop.Simulation;

/// <summary>One run from the opening of the shop to the end of the last order.</summary>
internal sealed class Run
{
    private const int Customers = 50;
    private const long MostSteps = 3_000_000;

    private static readonly TimeSpan StormEnds = TimeSpan.FromMinutes(5);

    /// <summary>Of an unknown payment, a customer who is waited for, the longest pause between tries: once nothing fails, no order takes longer.</summary>
    private static readonly TimeSpan OrdersEnd = StormEnds + TimeSpan.FromMinutes(40);

    private static readonly int[] Storms = [0, 1, 2, 2, 4, 4, 10, 10];

    private readonly World world;
    private readonly Choices choices;

    private Run(Choices choices, bool traced) => (this.choices, world) = (choices, new World(choices, traced));

    /// <param name="choices">Of a seed, or of a script.</param>
    /// <param name="traced">Whether somebody wants to read what happened.</param>
    /// <param name="law">One more law, looked at when all is over.</param>
    public static Outcome Of(Choices choices, bool traced = false, Action<World>? law = null) => new Run(choices, traced).Go(law);

    private Outcome Go(Action<World>? law)
    {
        var kind = choices.Of("kind");
        var trouble = new Trouble(world);
        trouble.Begin(1 + kind.Next(3));
        var storm = Storms[kind.Next(Storms.Length)];
        world.IsFair = storm == 0;
        if (kind.Next(2) == 1)
            Hurry(world.Sagas);

        var merchant = new Merchant(world);
        merchant.Begin();
        Until(() => merchant.IsOpen);

        world.Weather.Storm = storm;
        world.Trace.Note($"a storm of {storm} begins");
        trouble.Storm(StormEnds);
        List<Person> people = [merchant, .. Enumerable.Range(1, Customers).Select(n => new Customer(world, n))];
        foreach (var customer in people.OfType<Customer>())
            customer.Begin();
        Until(() => world.Timeline.Elapsed >= StormEnds);

        if (world.Laws.Broken is null)
            world.Laws.InTheMiddle();
        trouble.GiveUp();
        Until(() => IsQuiet(people));

        // What was sent long ago may still arrive.
        while (world.Laws.Broken is null && TryStep())
        {
        }

        if (world.Laws.Broken is null)
        {
            world.Laws.Expect(IsQuiet(people), $"something came late and left orders open: {string.Join(", ", world.Laws.Orders.Open)}");
            world.Laws.AtRest();
            law?.Invoke(world);
        }

        return new Outcome(world, choices.Record());
    }

    /// <summary>So that limits which take a quarter of an hour are reached while the storm lasts.</summary>
    private static void Hurry(SagaOptions sagas)
    {
        sagas.ReserveTimeout = TimeSpan.FromSeconds(10);
        sagas.ReserveRetries = 2;
        sagas.PaymentWindow = TimeSpan.FromSeconds(50);
        sagas.AuthorizationUnknownLimit = TimeSpan.FromSeconds(20);
        sagas.AttentionAfter = TimeSpan.FromSeconds(40);
        sagas.CancelWindow = TimeSpan.FromSeconds(20);
    }

    private bool IsQuiet(List<Person> people) =>
        world.Database.Outbox.Count == 0 && world.Database.Armed.Count == 0 && people.TrueForAll(p => p.IsDone) && !world.Laws.Orders.Open.Any();

    private void Until(Func<bool> reached)
    {
        while (world.Laws.Broken is null && !reached())
        {
            if (!TryStep())
                world.Laws.Break($"nothing happens any more; not ended: {string.Join(", ", world.Laws.Orders.Open)}");
            else if (world.Timeline.Elapsed > OrdersEnd)
                world.Laws.Break($"it takes too long; not ended: {string.Join(", ", world.Laws.Orders.Open)}; {world.Database.Armed.Count} rows armed, {world.Database.Outbox.Count} in the outbox");
            else if (world.Timeline.Steps > MostSteps)
                world.Laws.Break("it never ends");
        }
    }

    /// <summary>Whatever the simulation itself throws belongs to a seed, too.</summary>
    private bool TryStep()
    {
        try
        {
            return world.Timeline.Step();
        }
        catch (Exception e)
        {
            world.Laws.Break($"the simulation failed: {e}");
            return false;
        }
    }
}

/// <summary>What came of a run.</summary>
internal sealed record Outcome(World World, Script Script)
{
    /// <summary>The law that was broken; null when all held.</summary>
    public string? Broken => World.Laws.Broken;

    public int Orders => World.Laws.Orders.Count;
}
