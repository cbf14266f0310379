using Shop.Orders;

namespace Shop.Sagas;

/// <summary>All that can happen to a saga that has started. Every one may come twice, late, or out of order.</summary>
public abstract record SagaInput
{
    private SagaInput() { }

    // What stock answered, by line number.
    public sealed record LineHeld(int Line) : SagaInput;
    public sealed record LineRefused(int Line) : SagaInput;

    /// <summary>A Reserve found its reservation ended.</summary>
    public sealed record LineEnded(int Line) : SagaInput;

    /// <summary>A Reserve found nothing, and its <paramref name="Limit"/> over; a new one has to lie after <paramref name="Until"/>.</summary>
    public sealed record LineTooLate(int Line, DateTimeOffset Limit, DateTimeOffset Until) : SagaInput;
    public sealed record LineReleased(int Line) : SagaInput;
    public sealed record LineShipped(int Line) : SagaInput;

    // What the payment answered, by attempt number; from the command itself or from a look-up.
    public sealed record Authorized(int Attempt) : SagaInput;
    public sealed record Declined(int Attempt, string Code) : SagaInput;
    public sealed record AuthorizationUnknown(int Attempt) : SagaInput;

    /// <summary>A look-up found nothing: the same key may be sent again.</summary>
    public sealed record AuthorizationNotFound(int Attempt) : SagaInput;
    public sealed record Captured(int Attempt) : SagaInput;
    public sealed record CaptureFailed(int Attempt, string Code) : SagaInput;
    public sealed record CaptureUnknown(int Attempt) : SagaInput;

    /// <inheritdoc cref="AuthorizationNotFound"/>
    public sealed record CaptureNotFound(int Attempt) : SagaInput;

    /// <summary>Nothing is authorized under the attempt's key, now and for ever.</summary>
    public sealed record Voided(int Attempt) : SagaInput;
    public sealed record Refunded(int Attempt) : SagaInput;
    public sealed record RefundRefused(int Attempt, string Code) : SagaInput;

    /// <summary>The deadline may have passed.</summary>
    public sealed record Due : SagaInput;

    /// <summary>A new activation found the saga under way: whatever is outstanding is asked again.</summary>
    public sealed record Resumed : SagaInput;

    public sealed record CancelRequested(string Key, string RequestHash, OrderEndReason Reason) : SagaInput;
    public sealed record PaymentMethodGiven(string Key, string RequestHash, string Method) : SagaInput;
    public sealed record RetryRequested(string Operator) : SagaInput;
}
