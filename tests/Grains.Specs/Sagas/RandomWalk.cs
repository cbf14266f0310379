using System.Text;
using Shop.Orders;
using Shop.Sagas;

namespace Shop.Specs.Sagas;

/// <summary>
/// One order through lost, late, doubled and reordered answers, crashes, deadlines, people and nonsense, then through calm until
/// nothing is left to do. The same seed walks the same way.
/// </summary>
internal sealed class RandomWalk
{
    private readonly Random random;
    private readonly OneOrdersWorld world;
    private readonly SagaOptions options;
    private readonly OrderPlacement placement;
    private readonly double faults;

    /// <summary>Half of the customers never cancel: the others' orders seldom get far.</summary>
    private readonly bool fickle;
    private readonly List<SagaCommand> underWay = [];
    private readonly List<SagaInput> answers = [];

    /// <summary>Answers that come once more when all is over.</summary>
    private readonly List<SagaInput> stragglers = [];
    private readonly StringBuilder trail = new();

    /// <summary>What a crash leaves; null until the start is stored.</summary>
    private SagaState? stored;
    private SagaState? state;
    private DateTimeOffset now = SagaUnderSpec.Beginning;
    private bool cancelPromised;
    private int attemptsPromised;

    public RandomWalk(int seed)
    {
        random = new Random(seed);
        var lines = random.Next(1, 4);
        placement = Given.Placement(lines);
        faults = random.NextDouble() * 0.4;
        fickle = random.Next(2) == 0;
        world = new OneOrdersWorld(random, lines, refusals: random.NextDouble() * 0.1, declines: random.NextDouble() * 0.5);
        options = new SagaOptions { NewPaymentMethods = random.Next(4), ReserveRetries = random.Next(1, 6) };
    }

    public HashSet<SagaStep> Visited { get; } = [];

    public SagaState End => stored!;

    /// <summary>What happened, for whoever has to understand a failure.</summary>
    public string Trail => trail.ToString();

    public void Run()
    {
        for (var left = random.Next(10, 150); left > 0; left--)
            Step();
        Settle();

        Assert.True(state!.IsFinal, $"It never ends: {state.Step}.");
        Assert.Equal(state, stored);
        Assert.Null(state.DueAt);
        Assert.Null(state.WatchdogAt);
        world.AssertEndedAs(state.Step);
        if (cancelPromised)
            Assert.Equal(SagaStep.Cancelled, state.Step);
        Assert.True(state.Attempts.Length >= attemptsPromised, "A payment method was accepted and forgotten.");
    }

    private void Step()
    {
        if (state is null)
        {
            Start();
            return;
        }

        switch (random.Next(100))
        {
            case < 38: Send(); break;
            case < 76: Deliver(); break;
            case < 84: Wait(); break;
            case < 87: Ask(); break;
            case < 93: Talk(); break;
            default:
                if (random.NextDouble() < faults)
                    Crash();
                break;
        }
    }

    /// <summary>The faults stop: everything under way arrives, every deadline is kept.</summary>
    private void Settle()
    {
        world.Calm = true;
        for (var limit = 0; limit < 5_000; limit++)
        {
            if (state is null)
                Start();
            else if (underWay.Count > 0)
                answers.Add(world.Do(Take(underWay), state, now));
            else if (answers.Count > 0)
                Decide(Take(answers));
            else if (state.Step == SagaStep.AwaitingPayment && random.Next(3) > 0)
                Decide(Given.Pay($"calm-{limit}"));
            else if (state.DueAt is { } due)
            {
                now = due > now ? due : now;
                Decide(new SagaInput.Due());
            }
            else if (stragglers.Count > 0)
                answers.Add(Take(stragglers));
            else
                return;
        }
    }

    private void Start()
    {
        now += TimeSpan.FromSeconds(random.Next(40));
        var decision = SagaDecider.Start(placement, options, now);
        SagaLaws.HoldAtTheStart(decision, options, now);
        Note("start");
        Apply(decision);
    }

    private void Send()
    {
        if (underWay.Count == 0)
            return;
        var command = underWay[random.Next(underWay.Count)];
        var forEver = command is SagaCommand.Release or SagaCommand.Ship or SagaCommand.Void or SagaCommand.Refund;
        var lost = random.NextDouble() < faults;
        var happened = !lost || random.Next(2) == 0;
        var answer = happened ? world.Do(command, state!, now) : null;
        Note($"{command}{(happened ? "" : " never arrives")}{(lost ? ", no answer" : "")}");

        // Sent again while the first is on its way, or until somebody answers.
        if ((lost && forEver) || random.NextDouble() < faults / 4)
            return;
        underWay.Remove(command);
        if (!lost)
            answers.Add(answer!);
        else if (command is SagaCommand.Authorize a && random.Next(2) == 0)
            answers.Add(new SagaInput.AuthorizationUnknown(a.Attempt));
        else if (command is SagaCommand.Capture c && random.Next(2) == 0)
            answers.Add(new SagaInput.CaptureUnknown(c.Attempt));
    }

    private void Deliver()
    {
        if (answers.Count == 0)
            return;
        var answer = answers[random.Next(answers.Count)];
        if (random.NextDouble() >= faults / 4)
            answers.Remove(answer);
        if (random.Next(3) == 0)
            stragglers.Add(answer);
        Decide(answer);
    }

    private void Wait()
    {
        now += random.Next(3) switch
        {
            0 => TimeSpan.FromSeconds(random.Next(3)),
            1 => random.Next(15) > 0 ? TimeSpan.FromSeconds(random.Next(90)) : TimeSpan.FromMinutes(random.Next(60)),
            _ => state!.DueAt is { } due && due > now ? due - now : TimeSpan.FromMinutes(random.Next(20)),
        };
        Decide(new SagaInput.Due());
    }

    private void Ask() => Decide(random.Next(8) switch
    {
        < 3 when fickle => Given.Cancel($"cancel-{random.Next(3)}", $"h{random.Next(2)}", (OrderEndReason)random.Next(4, 6)),
        3 => new SagaInput.RetryRequested("ada"),
        _ => Given.Pay($"pay-{random.Next(6)}", $"h{random.Next(8) / 7}"),
    });

    /// <summary>Answers nobody asked for, in a step that does not wait for them.</summary>
    private void Talk()
    {
        var nonsense = Nonsense.For(state!, random);
        if (nonsense is null)
            return;
        var before = state;
        Decide(nonsense);
        Assert.Same(before, state);
    }

    private void Crash()
    {
        Note("crash");
        state = stored;
        if (state is not null)
            Decide(new SagaInput.Resumed());
    }

    private void Decide(SagaInput input)
    {
        Note($"{state!.Step} ← {input}");
        var decision = SagaDecider.Decide(state, input, options, now);
        SagaLaws.Hold(state, input, decision, options, now);
        Apply(decision);
        cancelPromised |= decision.Answer is SagaAnswer.CancelGranted or SagaAnswer.CancelRefundPending;
        if (decision.Answer is SagaAnswer.PaymentAccepted { Replayed: false })
            attemptsPromised = decision.State.Attempts.Length;
    }

    private void Apply(SagaDecision decision)
    {
        var crashes = !world.Calm && random.NextDouble() < faults / 5;
        state = decision.State;
        Visited.Add(state.Step);
        if (decision.Write == SagaWrite.BeforeCommands)
            Store();
        if (decision.Write != SagaWrite.BeforeCommands || !crashes)
            underWay.AddRange(decision.Commands.Where(c => !underWay.Contains(c) || random.NextDouble() < faults));
        if (crashes && decision.Write != SagaWrite.None)
            Crash();
    }

    private void Store()
    {
        state = SagaWatchdog.Plan(state!, options, now).State;
        // The facts of the last commit are published: no later one may tell the story otherwise.
        if (stored is not null)
            Assert.True(state.Timeline.Take(stored.Timeline.Length).SequenceEqual(stored.Timeline), "A published fact was taken back.");
        stored = state;
    }

    private T Take<T>(List<T> from)
    {
        var index = random.Next(from.Count);
        var item = from[index];
        from.RemoveAt(index);
        return item;
    }

    private void Note(string what) => trail.Append(System.Globalization.CultureInfo.InvariantCulture, $"{now:HH:mm:ss.fff} {what}\n");
}

/// <summary>Lies in range that a saga in this step must not listen to. Those it has to believe are not among them.</summary>
internal static class Nonsense
{
    public static SagaInput? For(SagaState state, Random random)
    {
        var line = random.Next(1, state.Lines.Length + 1);
        var attempt = random.Next(1, state.Attempts.Length + 1);
        var authorizing = state.Step is SagaStep.Authorizing or SagaStep.AuthorizationUnknown;
        var capturing = state.Step is SagaStep.Capturing or SagaStep.CaptureUnknown;
        var undoing = state.Step is SagaStep.Compensating or SagaStep.Cancelled or SagaStep.Rejected;
        (SagaInput Input, bool Listens)[] all =
        [
            (new SagaInput.LineHeld(line), state.Step == SagaStep.Reserving),
            (new SagaInput.LineRefused(line), state.Step == SagaStep.Reserving),
            (new SagaInput.LineEnded(line), state.Step == SagaStep.Reserving),
            (new SagaInput.LineTooLate(line, state.ReserveNotAfter, state.ReserveNotAfter.AddMinutes(random.Next(60))), state.Step == SagaStep.Reserving),
            (new SagaInput.LineReleased(line), state.Step == SagaStep.Compensating),
            (new SagaInput.LineShipped(line), state.Step == SagaStep.Fulfilling),
            (new SagaInput.Authorized(attempt), authorizing || undoing),
            (new SagaInput.Declined(attempt, "nonsense"), authorizing || undoing),
            (new SagaInput.AuthorizationUnknown(attempt), authorizing),
            (new SagaInput.AuthorizationNotFound(attempt), authorizing),
            (new SagaInput.Voided(attempt), authorizing || undoing),
            (new SagaInput.Captured(attempt), capturing || undoing),
            (new SagaInput.CaptureFailed(attempt, "nonsense"), capturing),
            (new SagaInput.CaptureUnknown(attempt), capturing),
            (new SagaInput.CaptureNotFound(attempt), capturing),
            (new SagaInput.Refunded(attempt), undoing),
            (new SagaInput.RefundRefused(attempt, "nonsense"), undoing),
        ];
        var (input, listens) = all[random.Next(all.Length)];
        return listens ? null : input;
    }
}
