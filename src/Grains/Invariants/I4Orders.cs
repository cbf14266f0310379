using Shop.Sagas;

namespace Shop.Invariants;

/// <summary>I4: no order is left behind. Something starts its saga, or wakes it until it has ended.</summary>
internal sealed class I4Orders() : Invariant(
    "I4", "orders: every order has a saga or a row that starts it, every unfinished one a row that wakes it")
{
    /// <param name="key">Of the order.</param>
    /// <param name="saga">Null: it has not started.</param>
    /// <param name="schedules">The rows that start and wake sagas.</param>
    public void CheckOrder(string key, SagaState? saga, ScheduleBook schedules)
    {
        if (saga is null)
            Look(schedules.HasRow(key), $"{key}: placed, but nothing will start its saga");
        else
            Look(saga.IsFinal || saga.DueAt is not null, $"{key}: {saga.Step} without a deadline");
        Expect(saga is null or { DueAt: null } || schedules.HasRow(key), $"{key}: {saga?.Step}, but no row will wake it");
        Expect(!schedules.IsLate(key), $"{key}: {saga?.Step}, its row is overdue by minutes");
    }

    public void FindRowWithoutOrder(string key, string kind) => Look(false, $"{key}: a row of kind {kind}, but no such order was placed");
}
