using Shop.Sagas;

namespace Shop.Specs.Sagas;

/// <summary>
/// Stock and gateway as far as one order sees them: natural keys, stored outcomes, tombstones. What they do is true for ever; what
/// they answer to a question (refused, not found) only at that moment. Stock goes by a clock of its own, which is set now and then, and by
/// which it forgets what has ended.
/// </summary>
internal sealed class OneOrdersWorld(Random random, int lines, double refusals, double declines)
{
    private readonly Hold[] holds = [.. Enumerable.Range(0, lines).Select(_ => new Hold())];
    private readonly Dictionary<int, Account> accounts = [];

    /// <summary>How far stock's clock is ahead.</summary>
    private TimeSpan ahead;

    /// <summary>Once the faults stop, a refund is not refused any more.</summary>
    public bool Calm { get; set; }

    /// <summary>Does what is asked, and says what came of it.</summary>
    public SagaInput Do(SagaCommand command, SagaState saga, DateTimeOffset now) => command switch
    {
        SagaCommand.Reserve c => Reserve(holds[c.Line - 1], c, ByItsClock(now)),
        SagaCommand.Release c => Release(holds[c.Line - 1], c.Line, saga.ReserveNotAfter),
        SagaCommand.Ship c => Ship(holds[c.Line - 1], c.Line),
        SagaCommand.Authorize c => Authorize(AccountOf(c.Attempt), c.Attempt),
        SagaCommand.LookupAuthorization c => Authorization(AccountOf(c.Attempt), c.Attempt),
        SagaCommand.Capture c => Capture(AccountOf(c.Attempt), c.Attempt),
        SagaCommand.LookupCapture c => Captured(AccountOf(c.Attempt), c.Attempt),
        SagaCommand.Void c => Void(AccountOf(c.Attempt), c.Attempt),
        SagaCommand.Refund c => Refund(AccountOf(c.Attempt), c.Attempt),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "No such command."),
    };

    public void AssertEndedAs(SagaStep end)
    {
        var delivered = end == SagaStep.Completed;
        foreach (var hold in holds)
        {
            Assert.NotEqual(HoldStatus.Held, hold.Status);
            Assert.Equal(delivered, hold.Status == HoldStatus.Shipped);
            Assert.Equal(hold.Began, hold.Ended);
            Assert.InRange(hold.Began, delivered ? 1 : 0, 1);
        }

        Assert.Equal(delivered ? 1 : 0, accounts.Values.Count(a => a.Money == MoneyStatus.Captured));
        Assert.DoesNotContain(accounts.Values, a => a.Money == MoneyStatus.Authorized);
    }

    private DateTimeOffset ByItsClock(DateTimeOffset now)
    {
        if (!Calm && random.Next(20) == 0)
            ahead = TimeSpan.FromMinutes(random.Next(-10, 20));
        now += ahead;
        foreach (var hold in holds)
        {
            // Somebody else's reservation is forgotten, or this one.
            if (!Calm && random.Next(50) == 0 && now > hold.ForgottenUntil)
                hold.ForgottenUntil = now;
            if (hold.Status == HoldStatus.Released && now > hold.NotAfter)
                (hold.Status, hold.ForgottenUntil) = (HoldStatus.None, hold.NotAfter > hold.ForgottenUntil ? hold.NotAfter : hold.ForgottenUntil);
        }

        return now;
    }

    private SagaInput Reserve(Hold hold, SagaCommand.Reserve command, DateTimeOffset now)
    {
        Assert.True(hold.Status != HoldStatus.Released || command.NotAfter <= hold.NotAfter, "A Reserve is under way that its tombstone does not outlive.");
        var line = command.Line;
        if (hold.Status == HoldStatus.None && (now > command.NotAfter || command.NotAfter <= hold.ForgottenUntil))
            return new SagaInput.LineTooLate(line, command.NotAfter, now > hold.ForgottenUntil ? now : hold.ForgottenUntil);
        if (hold.Status == HoldStatus.None && random.NextDouble() >= refusals)
        {
            hold.Status = HoldStatus.Held;
            hold.Began++;
        }

        return hold.Status switch
        {
            HoldStatus.Held => new SagaInput.LineHeld(line),
            HoldStatus.None => new SagaInput.LineRefused(line),
            _ => new SagaInput.LineEnded(line),
        };
    }

    private static SagaInput.LineReleased Release(Hold hold, int line, DateTimeOffset notAfter)
    {
        Assert.NotEqual(HoldStatus.Shipped, hold.Status);
        if (hold.Status == HoldStatus.None && notAfter <= hold.ForgottenUntil)
            return new SagaInput.LineReleased(line);
        hold.Ended += hold.Status == HoldStatus.Held ? 1 : 0;
        (hold.Status, hold.NotAfter) = (HoldStatus.Released, notAfter);
        return new SagaInput.LineReleased(line);
    }

    private SagaInput.LineShipped Ship(Hold hold, int line)
    {
        Assert.Contains(accounts.Values, a => a.Money == MoneyStatus.Captured);
        Assert.True(hold.Status is HoldStatus.Held or HoldStatus.Shipped, "Goods left that were not held.");
        hold.Ended += hold.Status == HoldStatus.Held ? 1 : 0;
        hold.Status = HoldStatus.Shipped;
        return new SagaInput.LineShipped(line);
    }

    private SagaInput Authorize(Account account, int attempt)
    {
        if (account.Money == MoneyStatus.None)
            account.Money = random.NextDouble() < declines ? MoneyStatus.Declined : MoneyStatus.Authorized;
        return Authorization(account, attempt);
    }

    private static SagaInput Authorization(Account account, int attempt) => account.Money switch
    {
        MoneyStatus.None => new SagaInput.AuthorizationNotFound(attempt),
        MoneyStatus.Declined => new SagaInput.Declined(attempt, "declined"),
        MoneyStatus.Voided => new SagaInput.Voided(attempt),
        _ => new SagaInput.Authorized(attempt),
    };

    private SagaInput Capture(Account account, int attempt)
    {
        if (account is { Money: MoneyStatus.Authorized, CaptureFailed: false })
        {
            account.CaptureFailed = random.NextDouble() < declines / 2;
            if (!account.CaptureFailed)
                account.Money = MoneyStatus.Captured;
            Assert.True(accounts.Values.Count(a => a.Money == MoneyStatus.Captured) <= 1, "The customer was charged twice.");
        }

        account.CaptureFailed |= account.Money is MoneyStatus.Voided or MoneyStatus.Declined or MoneyStatus.None;
        return Captured(account, attempt);
    }

    private static SagaInput Captured(Account account, int attempt) => account switch
    {
        { CaptureFailed: true } => new SagaInput.CaptureFailed(attempt, "failed"),
        { Money: MoneyStatus.Captured or MoneyStatus.Refunded } => new SagaInput.Captured(attempt),
        _ => new SagaInput.CaptureNotFound(attempt),
    };

    private static SagaInput Void(Account account, int attempt)
    {
        if (account.Money is MoneyStatus.Captured or MoneyStatus.Refunded)
            return new SagaInput.Captured(attempt);
        if (account.Money != MoneyStatus.Declined)
            account.Money = MoneyStatus.Voided;
        return new SagaInput.Voided(attempt);
    }

    private SagaInput Refund(Account account, int attempt)
    {
        Assert.True(account.Money is MoneyStatus.Captured or MoneyStatus.Refunded, "A refund of what was never captured.");
        if (account.Money == MoneyStatus.Captured && !Calm && random.NextDouble() < declines)
            return new SagaInput.RefundRefused(attempt, "try later");
        account.Money = MoneyStatus.Refunded;
        return new SagaInput.Refunded(attempt);
    }

    private Account AccountOf(int attempt) => accounts.TryGetValue(attempt, out var account) ? account : accounts[attempt] = new Account();

    private sealed class Hold
    {
        public HoldStatus Status { get; set; }
        public DateTimeOffset NotAfter { get; set; }
        public DateTimeOffset ForgottenUntil { get; set; }
        public int Began { get; set; }
        public int Ended { get; set; }
    }

    private sealed class Account
    {
        public MoneyStatus Money { get; set; }
        public bool CaptureFailed { get; set; }
    }

    private enum HoldStatus { None, Held, Released, Shipped }

    private enum MoneyStatus { None, Authorized, Declined, Voided, Captured, Refunded }
}
