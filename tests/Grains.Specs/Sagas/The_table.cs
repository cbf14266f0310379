using System.Text.RegularExpressions;
using Shop.Sagas;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>
/// Every state against every input: the table of docs/saga.md, one cell a case. What a row does not name is nothing: the state stays
/// the same object, nothing is sent. The orders have two lines and one payment attempt.
/// </summary>
public sealed partial class The_table
{
    private const string Table = """
        Reserving
          LineHeld              → Reserving
          LineRefused           → Compensating: Release(1) Release(2) Void(1)
          LineEnded             → Compensating: Release(1) Release(2) Void(1)
          Due                   → Reserving: Reserve(1) Reserve(2)
          Resumed               → Reserving: Reserve(1) Reserve(2)
          Cancel                → Compensating: Release(1) Release(2) Void(1)  answers CancelGranted
          Pay                   answers PaymentNotAwaited
          Retry                 → Reserving: Reserve(1) Reserve(2)  answers Retrying

        Authorizing
          Authorized            → Capturing: Capture(1)
          Declined              → AwaitingPayment
          AuthorizationUnknown  → AuthorizationUnknown
          AuthorizationNotFound → Authorizing: Authorize(1)
          Voided                → Compensating: Release(1) Release(2)
          Due                   → AuthorizationUnknown: LookupAuthorization(1)
          Resumed               → Authorizing: LookupAuthorization(1)
          Cancel                → Authorizing  answers CancelGranted
          Pay                   answers PaymentNotAwaited
          Retry                 → Authorizing: LookupAuthorization(1)  answers Retrying

        AwaitingPayment
          Due                   → Compensating: Release(1) Release(2)
          Cancel                → Compensating: Release(1) Release(2)  answers CancelGranted
          Pay                   → Authorizing: Authorize(2)  answers PaymentAccepted
          Retry                 answers NothingToRetry

        AuthorizationUnknown
          Authorized            → Capturing: Capture(1)
          Declined              → AwaitingPayment
          AuthorizationNotFound → AuthorizationUnknown: Authorize(1)
          Voided                → Compensating: Release(1) Release(2)
          Due                   → AuthorizationUnknown: LookupAuthorization(1)
          Resumed               → AuthorizationUnknown: LookupAuthorization(1)
          Cancel                → Compensating: Release(1) Release(2) Void(1)  answers CancelGranted
          Pay                   answers PaymentNotAwaited
          Retry                 → AuthorizationUnknown: LookupAuthorization(1)  answers Retrying

        Capturing
          Captured              → Confirmed
          CaptureFailed         → Compensating: Release(1) Release(2) Void(1)
          CaptureUnknown        → CaptureUnknown
          CaptureNotFound       → Capturing: Capture(1)
          Due                   → CaptureUnknown: LookupCapture(1)
          Resumed               → Capturing: LookupCapture(1)
          Cancel                → Capturing  answers CancelRefundPending
          Pay                   answers PaymentNotAwaited
          Retry                 → Capturing: LookupCapture(1)  answers Retrying

        CaptureUnknown
          Captured              → Confirmed
          CaptureFailed         → Compensating: Release(1) Release(2) Void(1)
          CaptureNotFound       → CaptureUnknown: Capture(1)
          Due                   → CaptureUnknown: LookupCapture(1)
          Resumed               → CaptureUnknown: LookupCapture(1)
          Cancel                → CaptureUnknown  answers CancelRefundPending
          Pay                   answers PaymentNotAwaited
          Retry                 → CaptureUnknown: LookupCapture(1)  answers Retrying

        Confirmed
          Due                   → Fulfilling: Ship(1) Ship(2)
          Cancel                → Compensating: Release(1) Release(2) Refund(1)  answers CancelRefundPending
          Pay                   answers PaymentNotAwaited
          Retry                 answers NothingToRetry

        Fulfilling
          LineShipped           → Fulfilling
          Due                   → Fulfilling: Ship(1) Ship(2)
          Resumed               → Fulfilling: Ship(1) Ship(2)
          Cancel                → Fulfilling  answers CancelTooLate
          Pay                   answers PaymentNotAwaited
          Retry                 → Fulfilling: Ship(1) Ship(2)  answers Retrying

        Completed
          Cancel                → Completed  answers CancelTooLate
          Pay                   answers PaymentNotAwaited
          Retry                 answers NothingToRetry

        Compensating
          LineReleased          → Compensating
          Authorized            → Compensating: Void(1)
          Declined              → Compensating
          Captured              → Compensating: Refund(1)
          Voided                → Compensating
          Due                   → Compensating: Release(1) Release(2) Void(1)
          Resumed               → Compensating: Release(1) Release(2) Void(1)
          Cancel                → Compensating  answers CancelGranted
          Pay                   answers PaymentNotAwaited
          Retry                 → Compensating: Release(1) Release(2) Void(1)  answers Retrying

        Refunding
          LineReleased          → Compensating
          Refunded              → Compensating
          RefundRefused         → Compensating
          Due                   → Compensating: Release(1) Release(2) Refund(1)
          Resumed               → Compensating: Release(1) Release(2) Refund(1)
          Cancel                → Compensating  answers CancelRefundPending
          Pay                   answers PaymentNotAwaited
          Retry                 → Compensating: Release(1) Release(2) Refund(1)  answers Retrying

        Cancelled
          Authorized            → Cancelled: Void(1)
          Captured              → Cancelled: Refund(1)
          Cancel                → Cancelled  answers CancelGranted
          Pay                   answers PaymentNotAwaited
          Retry                 answers NothingToRetry

        Rejected
          Authorized            → Rejected: Void(1)
          Captured              → Rejected: Refund(1)
          Cancel                → Rejected  answers CancelTooLate
          Pay                   answers PaymentNotAwaited
          Retry                 answers NothingToRetry
        """;

    private static readonly Dictionary<string, SagaInput> Inputs = new SagaInput[]
    {
        new LineHeld(1), new LineRefused(1), new LineEnded(1), new LineReleased(1), new LineShipped(1),
        new Authorized(1), new Declined(1, "declined"), new AuthorizationUnknown(1), new AuthorizationNotFound(1),
        new Captured(1), new CaptureFailed(1, "failed"), new CaptureUnknown(1), new CaptureNotFound(1),
        new Voided(1), new Refunded(1), new RefundRefused(1, "refused"),
        new Due(), new Resumed(), Given.Cancel("cancel-2"), Given.Pay("pay-2"), new RetryRequested("operator"),
    }.ToDictionary(i => i switch { CancelRequested => "Cancel", PaymentMethodGiven => "Pay", RetryRequested => "Retry", _ => i.GetType().Name });

    private static readonly Dictionary<(string State, string Input), string> Named = Parse();

    public static IEnumerable<TheoryDataRow<string, string>> Cells() =>
        from state in Enum.GetNames<SagaStep>().Append("Refunding")
        from input in Inputs.Keys
        select new TheoryDataRow<string, string>(state, input);

    [Theory, MemberData(nameof(Cells))]
    public void Each_cell_is_as_written(string state, string input)
    {
        var saga = state == "Refunding" ? Given.Refunding() : Given.In(Enum.Parse<SagaStep>(state));
        var step = saga.State.Step;
        if (input == "Due" && saga.State.DueAt is not null)
            saga.WhenDue();
        else
            saga.When(Inputs[input]);

        var cell = Named.GetValueOrDefault((state, input), "");
        var does = Does().Match(cell);
        if (does.Success)
            Assert.Equal(does.Groups[1].Value.Trim(), Written(saga));
        else
            saga.ThenNothing().Then(step);
        Assert.Equal(Answers().Match(cell).Groups[1].Value, saga.Decision.Answer?.GetType().Name ?? "");
    }

    [Fact]
    public void The_table_names_only_states_and_inputs_that_exist()
    {
        Assert.Equal(Enum.GetNames<SagaStep>().Append("Refunding").Order(), Named.Keys.Select(k => k.State).Distinct().Order());
        Assert.Empty(Named.Keys.Select(k => k.Input).Except(Inputs.Keys));
        Assert.Equal(typeof(SagaInput).GetNestedTypes().Length, Inputs.Count);
    }

    public static IEnumerable<TheoryDataRow<string, string>> PaymentAnswers() =>
        Cells().Where(c => Inputs[c.Data.Item2] is Authorized or Declined or AuthorizationUnknown or AuthorizationNotFound
            or Captured or CaptureFailed or CaptureUnknown or CaptureNotFound or Voided or Refunded or RefundRefused);

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

    private static Dictionary<(string State, string Input), string> Parse()
    {
        var cells = new Dictionary<(string, string), string>();
        var state = "";
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(' '))
                state = line.Trim();
            else if (line.Trim().Split(' ', 2) is [var input, var cell])
                cells.Add((state, input), cell.Trim());
        }

        return cells;
    }

    [GeneratedRegex(@"(→ .*?)(?:  answers |$)")]
    private static partial Regex Does();

    [GeneratedRegex(@"answers (\w+)")]
    private static partial Regex Answers();

    [GeneratedRegex(@" \{ \w+ = (\d+) \}")]
    private static partial Regex Arguments();
}
