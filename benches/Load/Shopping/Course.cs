using System.Diagnostics;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Shop.Benches.Load.Shopping;

/// <summary>
/// Buyers, what happens to their shop meanwhile, step by step, and the reckoning. Whoever lets it happen tells when a step begins and when its part of it is
/// done. A step lasts until the next one begins, so that everything the buyers see belongs to a step. One caller at a time; a call may be repeated.
/// </summary>
internal sealed class Course(ShopApi api, Buyers buyers, CancellationToken cancel)
{
    /// <summary>The first step: it begins with the course, and nothing is done to the shop.</summary>
    public const string Start = "the start";

    private static readonly TimeSpan EndsLimit = TimeSpan.FromSeconds(180);

    /// <summary>Confirmed, after a step: the shop serves as before.</summary>
    private const int OrdersThatShow = 16;

    private readonly List<CourseStep> steps = [CourseStep.Begin(Start)];
    private Task<Reckoning>? reckoning;

    /// <summary>The next step begins, and the one before it ends.</summary>
    public void Begin(string name)
    {
        if (steps[^1].Name == name)
            return;
        End();
        steps.Add(CourseStep.Begin(name));
    }

    /// <summary>From now on it has happened for certain: orders that come later are served in spite of it.</summary>
    public void Struck() => Now(step => step.Time.Repaired != 0 ? step : step with { Time = step.Time with { Struck = Stopwatch.GetTimestamp() } });

    /// <summary>Nothing more is done in this step, and whatever was taken away is there again.</summary>
    public void Repaired() => Now(step => step.Time.Repaired != 0 ? step : step with { Time = step.Time with { Repaired = Stopwatch.GetTimestamp() } });

    /// <summary>Whether orders flow as before, and nobody waits any more because of the step.</summary>
    public CourseState Look()
    {
        Now(step => step.Steady == 0 && step.Time.Repaired != 0 && buyers.Flow.IsServing(step.Time.Repaired, OrdersThatShow)
            ? step with { Steady = Stopwatch.GetTimestamp() }
            : step);
        return new CourseState(
            steps[^1].Steady != 0,
            buyers.Book.Count,
            buyers.Flow.Waiting(Stopwatch.GetTimestamp()),
            buyers.Broken.Exception?.InnerException?.Message);
    }

    /// <summary>Begins the reckoning, once.</summary>
    /// <returns>Null: it is not over yet.</returns>
    public async Task<Reckoning?> Reckon()
    {
        reckoning ??= CompareBooks();
        return reckoning.IsCompleted ? await reckoning : null;
    }

    private void Now(Func<CourseStep, CourseStep> change) => steps[^1] = change(steps[^1]);

    private void End() => Now(step => step with { Time = step.Time with { End = Stopwatch.GetTimestamp() } });

    private async Task<Reckoning> CompareBooks()
    {
        try
        {
            await Close();
            // Before anybody reads an order again, which would wake its saga: no event stays behind by itself.
            var (atRest, _) = await BookAudit.WaitForInvariants(api, EndsLimit, cancel);
            var audit = await new BookAudit(api, buyers.Book, EndsLimit, untilFinal: true, cancelWaiting: false).Run(cancel);
            string[] early = atRest.Ok ? [] : [$"the invariants did not hold {EndsLimit} after the last order: {atRest}"];
            return Result(audit.Statuses, audit.Invariants, [.. early, .. audit.Faults, .. await Replays.Faults(api, buyers.Book, cancel)]);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            return Result(new Dictionary<string, int>(), new InvariantsAnswer(false, []), [fault.ToString()]);
        }
    }

    private async Task Close()
    {
        try
        {
            await buyers.Close();
        }
        finally
        {
            End();
        }
    }

    private Reckoning Result(IReadOnlyDictionary<string, int> statuses, InvariantsAnswer invariants, IReadOnlyList<string> faults) => new(
        buyers.Book.Count, statuses, invariants, faults,
        [.. steps.Where(step => step.Steady != 0).Select(step => new StepSeen(
            step.Name, Seconds(step.Time.Begun, step.Time.Repaired), Seconds(step.Time.Begun, step.Steady), buyers.Flow.During(step.Time)))]);

    private static double Seconds(long from, long to) => Math.Round(Stopwatch.GetElapsedTime(from, to).TotalSeconds, 2);

    private sealed record CourseStep(string Name, FaultTime Time, long Steady)
    {
        public static CourseStep Begin(string name)
        {
            var now = Stopwatch.GetTimestamp();
            return new CourseStep(name, new FaultTime(now, now, 0, 0), 0);
        }
    }
}

/// <param name="IsSteady">Nobody notices the step any more.</param>
/// <param name="Placed">Orders that were acknowledged, in all.</param>
/// <param name="Waiting">Requests without an outcome.</param>
/// <param name="Broken">Why the buyers gave up; null: they have not.</param>
internal sealed record CourseState(bool IsSteady, int Placed, int Waiting, string? Broken);

/// <summary>What clients saw of one step.</summary>
/// <param name="Done">Seconds that the step itself took.</param>
/// <param name="Steady">Seconds until nobody noticed any more.</param>
internal sealed record StepSeen(string Name, double Done, double Steady, FlowDuring Flow);

/// <param name="Statuses">How many orders ended how.</param>
/// <param name="Faults">Where the clients' books and the shop's differ; a broken invariant is not among them.</param>
internal sealed record Reckoning(
    int Acknowledged, IReadOnlyDictionary<string, int> Statuses, InvariantsAnswer Invariants, IReadOnlyList<string> Faults, IReadOnlyList<StepSeen> Steps)
{
    public long Violations => Faults.Count + Invariants.Violations;
}
