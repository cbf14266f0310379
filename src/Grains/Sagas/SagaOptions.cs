namespace Shop.Sagas;

/// <summary>How long an order's steps may take.</summary>
public sealed class SagaOptions
{
    /// <summary>
    /// How long after an order was placed its saga is started by the scheduled row, should the event not have done so. Default 30 s.
    /// Much shorter: every order pays a second start. Longer: orders whose event is held up wait longer.
    /// </summary>
    public TimeSpan EnsureStartedAfter { get; set; } = TimeSpan.FromSeconds(30);
}
