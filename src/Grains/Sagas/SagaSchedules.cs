namespace Shop.Sagas;

/// <summary>The armed messages of an order's saga. Stored: never rename them.</summary>
internal static class SagaSchedules
{
    /// <summary>The grain type of the saga.</summary>
    public const string GrainType = "order-saga";

    /// <summary>The one row that every order which has not ended has; armed first by its placement.</summary>
    public const string Watchdog = "watchdog";

    /// <param name="orderKey">The order's grain key, which is the saga's too.</param>
    public static GrainId Target(string orderKey) => GrainId.Create(GrainType, orderKey);
}
