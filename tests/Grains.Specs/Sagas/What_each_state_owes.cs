using System.Reflection;
using Shop.Sagas;

namespace Shop.Specs.Sagas;

/// <summary>
/// Four kinds of specs for every state: its answers twice, out of order, after the end, and racing its deadline. A case is found by its name,
/// which begins with the state's. A new state without one of them is red here.
/// </summary>
public sealed class What_each_state_owes
{
    private static readonly SagaStep[] Ends = [SagaStep.Completed, SagaStep.Cancelled, SagaStep.Rejected];

    public static IEnumerable<TheoryDataRow<Type, SagaStep>> Owed() =>
        from step in Enum.GetValues<SagaStep>()
        from scenario in (Type[])
        [
            typeof(When_an_answer_comes_twice), typeof(When_answers_come_out_of_order),
            .. Ends.Contains(step) ? (Type[])[] : [typeof(When_an_answer_comes_after_the_end), typeof(When_a_deadline_races_an_answer)],
        ]
        select new TheoryDataRow<Type, SagaStep>(scenario, step);

    [Theory, MemberData(nameof(Owed))]
    public void Is_there(Type scenario, SagaStep step) =>
        Assert.Contains(
            scenario.GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null),
            m => m.Name.Replace("_", "", StringComparison.Ordinal).StartsWith(step.ToString(), StringComparison.OrdinalIgnoreCase));
}
