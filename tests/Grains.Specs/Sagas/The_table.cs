using System.Text.RegularExpressions;
using Grains.Specs.Tables;
using Shop.Sagas;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>
/// Every state against every input: the table of docs/saga.md, one cell a case. What a row does not name is nothing: the state stays
/// the same object, nothing is sent. The orders have two lines and one payment attempt; the inputs are about line 1 and attempt 1.
/// </summary>
public sealed partial class The_table
{
    // Than the limit of any order here: about an older limit see When_a_reserve_comes_too_late.
    private static readonly DateTimeOffset LongAfter = SagaUnderSpec.Beginning.AddDays(1);

    // Stands for the limit that the order has when it meets the answer.
    private static readonly DateTimeOffset Current = DateTimeOffset.MaxValue;

    private static readonly DateTimeOffset Earlier = SagaUnderSpec.Beginning;

    private static readonly Dictionary<string, SagaInput> Inputs = new SagaInput[]
    {
        new LineHeld(1), new LineRefused(1), new LineEnded(1), new LineTooLate(1, Current, LongAfter),
        new LineTooLate(1, Earlier, LongAfter), new LineReleased(1), new LineShipped(1),
        new Authorized(1), new Declined(1, "declined"), new AuthorizationUnknown(1), new AuthorizationNotFound(1),
        new Captured(1), new CaptureFailed(1, "failed"), new CaptureUnknown(1), new CaptureNotFound(1),
        new Voided(1), new Refunded(1), new RefundRefused(1, "refused"),
        new Due(), new Resumed(), Given.Cancel("cancel-2"), Given.Pay("pay-2"), new RetryRequested("operator"),
    }.ToDictionary(i => i switch
    {
        CancelRequested => "Cancel",
        PaymentMethodGiven => "Pay",
        RetryRequested => "Retry",
        LineTooLate late when late.Limit == Earlier => "EarlierTooLate",
        _ => i.GetType().Name,
    });

    private static readonly WrittenTable Named = new(Table);

    public static IEnumerable<TheoryDataRow<string, string>> Cells() =>
        from state in Named.States
        from input in Inputs.Keys
        select new TheoryDataRow<string, string>(state, input);

    [Theory, MemberData(nameof(Cells))]
    public void Each_cell_is_as_written(string state, string input)
    {
        var saga = In(state);
        var step = saga.State.Step;
        Meets(saga, input);

        var cell = Named[state, input];
        var does = Does().Match(cell);
        if (does.Success)
            Assert.Equal(does.Groups[1].Value.Trim(), Written(saga));
        else
            saga.ThenNothing().Then(step);
        Assert.Equal(Answers().Match(cell).Groups[1].Value, saga.Decision.Answer?.GetType().Name ?? "");
    }

    /// <summary>Without what asks anew every time, under the same keys.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> CellsToMeetTwice() =>
        Cells().Where(c => Inputs[c.Data.Item2] is not (Resumed or RetryRequested));

    [Theory, MemberData(nameof(CellsToMeetTwice))]
    public void What_comes_twice_changes_nothing_the_second_time(string state, string input)
    {
        var saga = In(state);
        var met = Meets(saga, input);
        var once = saga.State;
        var answered = saga.Decision.Answer;
        saga.When(met);

        Assert.Same(once, saga.Decision.State);
        if (Inputs[input] is not (AuthorizationNotFound or CaptureNotFound))
            Assert.Empty(saga.Decision.Commands); // "Not found" sends the same key again.
        Assert.Equal(answered?.GetType(), saga.Decision.Answer?.GetType());
    }

    [Fact]
    public void Every_step_meets_every_input_that_exists()
    {
        var met = from state in Named.States from input in Inputs.Values select $"{In(state).State.Step} meets {input.GetType().Name}";
        var all = from step in Enum.GetNames<SagaStep>() from input in typeof(SagaInput).GetNestedTypes() select $"{step} meets {input.Name}";

        Assert.Empty(all.Except(met));
        Assert.Equal(Enum.GetNames<SagaStep>().Concat(Meanwhile.Keys).Order(), Named.States.Order());
        Assert.Empty(Named.Written.Select(c => c.Input).Except(Inputs.Keys));
    }

    public static IEnumerable<TheoryDataRow<string, string>> PaymentAnswers() =>
        from state in Enum.GetNames<SagaStep>().Append("Refunding")
        from input in Inputs.Keys
        where Inputs[input] is Authorized or Declined or AuthorizationUnknown or AuthorizationNotFound
            or Captured or CaptureFailed or CaptureUnknown or CaptureNotFound or Voided or Refunded or RefundRefused
        select new TheoryDataRow<string, string>(state, input);

    [Theory, MemberData(nameof(PaymentAnswers))]
    public void What_a_declined_attempt_answers_once_more_is_nothing(string state, string input) =>
        SecondAttempt(state).When(Inputs[input]).ThenNothing();

    /// <summary>The same states, reached with a second card after the first was declined.</summary>
    private static SagaUnderSpec SecondAttempt(string state)
    {
        var saga = Given.AwaitingPayment();
        SagaInput[] path = state switch
        {
            "AuthorizationUnknown" => [Given.Pay(), new AuthorizationUnknown(2)],
            "Capturing" => [Given.Pay(), new Authorized(2)],
            "CaptureUnknown" => [Given.Pay(), new Authorized(2), new CaptureUnknown(2)],
            "Confirmed" or "Fulfilling" or "Completed" => [Given.Pay(), new Authorized(2), new Captured(2)],
            "Compensating" => [Given.Pay(), new AuthorizationUnknown(2), Given.Cancel()],
            "Refunding" => [Given.Pay(), new Authorized(2), new Captured(2), Given.Cancel()],
            "Cancelled" => [Given.Cancel(), new LineReleased(1), new LineReleased(2)],
            "AwaitingPayment" => [],
            _ => [Given.Pay()],
        };
        saga.When(path);
        if (state is "Fulfilling" or "Completed")
            saga.WhenDue();
        if (state is "Completed")
            saga.When(new LineShipped(1), new LineShipped(2));
        if (state is "Rejected")
            saga.When(new Voided(2), new LineReleased(1), new LineReleased(2));
        return saga;
    }

    private static string Written(SagaUnderSpec saga)
    {
        var commands = saga.Decision.Commands.Select(c => Arguments().Replace(c.ToString(), "($1)"));
        return saga.Decision.Commands.IsEmpty ? $"→ {saga.State.Step}" : $"→ {saga.State.Step}: {string.Join(' ', commands)}";
    }

    private static SagaUnderSpec In(string state) => Meanwhile.TryGetValue(state, out var given) ? given() : Given.In(Enum.Parse<SagaStep>(state));

    /// <returns>What it met, to meet the very same again.</returns>
    private static SagaInput Meets(SagaUnderSpec saga, string input)
    {
        var met = Inputs[input] is LineTooLate late && late.Limit == Current ? late with { Limit = saga.State.ReserveNotAfter } : Inputs[input];
        if (met is Due && saga.State.DueAt > saga.Now)
            saga.WhenDue();
        else
            saga.When(met);
        return met;
    }

    [GeneratedRegex(@"(→ .*?)(?:  answers |$)")]
    private static partial Regex Does();

    [GeneratedRegex(@"answers (\w+)")]
    private static partial Regex Answers();

    [GeneratedRegex(@" \{ \w+ = (\d+)(?:, NotAfter = [^}]+)? \}")]
    private static partial Regex Arguments();
}
