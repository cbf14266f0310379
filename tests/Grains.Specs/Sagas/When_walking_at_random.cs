using Shop.Events;
using Shop.Sagas;

namespace Shop.Specs.Sagas;

public sealed class When_walking_at_random
{
    private const int WalksPerBlock = 250;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Every_order_ends_with_its_goods_and_its_money_in_one_place(int block)
    {
        var visited = new HashSet<SagaStep>();
        var ends = new List<SagaState>();
        for (var seed = block * WalksPerBlock; seed < (block + 1) * WalksPerBlock; seed++)
        {
            var walk = new RandomWalk(seed);
            try
            {
                walk.Run();
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}: {e}\n{walk.Trail}");
            }

            visited.UnionWith(walk.Visited);
            ends.Add(walk.End);
        }

        // The walks are worth something only while they get everywhere.
        Assert.Equal(Enum.GetValues<SagaStep>(), visited.Order());
        foreach (var end in (SagaStep[])[SagaStep.Completed, SagaStep.Cancelled, SagaStep.Rejected])
            Assert.True(ends.Count(s => s.Step == end) >= WalksPerBlock / 20, $"Few walks end {end}.");
        AssertSome(ends, "late money undone", s => s.Timeline.Any(e => e.Fact is OrderLatePaymentUndone));
        AssertSome(ends, "a second card paid", s => s.Step == SagaStep.Completed && s.Attempts.Length > 1);
        AssertSome(ends, "money given back", s => s.Attempts.Any(a => a.Status == AttemptStatus.Refunded));
        AssertSome(ends, "a person called", s => s.Timeline.Any(e => e.Fact is OrderNeedsAttention));
    }

    private static void AssertSome(List<SagaState> ends, string what, Func<SagaState, bool> holds) => Assert.True(ends.Any(holds), $"No walk had {what}.");
}
