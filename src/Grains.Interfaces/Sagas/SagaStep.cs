namespace Shop.Sagas;

/// <summary>Where a saga stands: finer than the order's status, which does not tell an unknown authorization from an unknown capture. Stored.</summary>
public enum SagaStep
{
    Reserving = 1,
    Authorizing = 2,
    AwaitingPayment = 3,
    AuthorizationUnknown = 4,

    /// <summary>The pivot: from here on the order goes forward unless the capture definitely fails.</summary>
    Capturing = 5,
    CaptureUnknown = 6,
    Confirmed = 7,
    Fulfilling = 8,
    Completed = 9,
    Compensating = 10,
    Cancelled = 11,
    Rejected = 12,
}

public enum LineStatus
{
    /// <summary>Asked for, or about to be: may or may not be held.</summary>
    Asked = 0,
    Held = 1,
    Released = 2,
    Shipped = 3,
}

public enum AttemptStatus
{
    /// <summary>Asked for, or about to be: may or may not be authorized.</summary>
    Asked = 0,
    Authorized = 1,
    Declined = 2,
    Voided = 3,
    Captured = 4,

    /// <summary>Authorized, and certainly not captured.</summary>
    CaptureFailed = 5,
    Refunded = 6,
}
