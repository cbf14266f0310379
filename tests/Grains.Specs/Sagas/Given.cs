using Shop.Orders;
using Shop.Sagas;
using Shop.Values;
using static Shop.Sagas.SagaInput;

namespace Shop.Specs.Sagas;

/// <summary>Sagas of an order of two lines, led to each step by what really leads there.</summary>
internal static class Given
{
    public static readonly Money Total = new(4200, "EUR");

    /// <summary>Every step that has not ended: each waits for no longer than its deadline.</summary>
    public static TheoryData<SagaStep> StepsWithADeadline =>
    [
        SagaStep.Reserving, SagaStep.Authorizing, SagaStep.AwaitingPayment, SagaStep.AuthorizationUnknown, SagaStep.Capturing,
        SagaStep.CaptureUnknown, SagaStep.Confirmed, SagaStep.Fulfilling, SagaStep.Compensating,
    ];

    public static OrderPlacement Placement(int lines = 2) => new(
        new OrderId(Guid.Parse("6f1c1c9e-5d5c-5f0e-9a51-0c2f6f0a7b11")),
        new CustomerId("c-1"),
        [.. Enumerable.Range(1, lines).Select(n => new OrderLine(n, new ProductId($"p{n}"), new Quantity(1), new Money(Total.Amount / lines, "EUR")))],
        Total,
        "tok_first",
        SagaUnderSpec.Beginning,
        new TraceContext("corr-1"));

    /// <summary>All that a person can ask, with keys that differ unless told otherwise.</summary>
    public static CancelRequested Cancel(string key = "cancel-1", string hash = "h1", OrderEndReason reason = OrderEndReason.CustomerRequest) =>
        new(key, hash, reason);

    public static PaymentMethodGiven Pay(string key = "pay-1", string hash = "h1", string method = "tok_other") => new(key, hash, method);

    public static SagaUnderSpec Started(int lines = 2, SagaOptions? options = null) => new(Placement(lines), options ?? new SagaOptions());

    public static SagaUnderSpec Reserving(SagaOptions? options = null) => Started(2, options);

    public static SagaUnderSpec Authorizing(SagaOptions? options = null) => Reserving(options).When(new LineHeld(1), new LineHeld(2));

    public static SagaUnderSpec AwaitingPayment(SagaOptions? options = null) => Authorizing(options).When(new Declined(1, "declined"));

    public static SagaUnderSpec AuthorizationUnknown() => Authorizing().When(new AuthorizationUnknown(1));

    public static SagaUnderSpec Capturing() => Authorizing().When(new Authorized(1));

    public static SagaUnderSpec CaptureUnknown() => Capturing().When(new CaptureUnknown(1));

    public static SagaUnderSpec Confirmed() => Capturing().When(new Captured(1));

    public static SagaUnderSpec Fulfilling() => Confirmed().WhenDue();

    public static SagaUnderSpec Completed() => Fulfilling().When(new LineShipped(1), new LineShipped(2));

    /// <summary>Cancelled by the customer while it was reserving; nobody knows what came of anything.</summary>
    public static SagaUnderSpec Compensating() => Reserving().When(Cancel());

    /// <summary>Cancelled after its money was captured.</summary>
    public static SagaUnderSpec Refunding() => Confirmed().When(Cancel());

    public static SagaUnderSpec Cancelled() => Compensating().When(new LineReleased(1), new LineReleased(2), new Voided(1));

    public static SagaUnderSpec Rejected() =>
        Reserving().When(new LineRefused(1), new LineReleased(1), new LineReleased(2), new Voided(1));

    public static SagaUnderSpec In(SagaStep step) => step switch
    {
        SagaStep.Reserving => Reserving(),
        SagaStep.Authorizing => Authorizing(),
        SagaStep.AwaitingPayment => AwaitingPayment(),
        SagaStep.AuthorizationUnknown => AuthorizationUnknown(),
        SagaStep.Capturing => Capturing(),
        SagaStep.CaptureUnknown => CaptureUnknown(),
        SagaStep.Confirmed => Confirmed(),
        SagaStep.Fulfilling => Fulfilling(),
        SagaStep.Completed => Completed(),
        SagaStep.Compensating => Compensating(),
        SagaStep.Cancelled => Cancelled(),
        SagaStep.Rejected => Rejected(),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "No such step."),
    };
}
