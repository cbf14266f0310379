using Shop.Sagas;
using Shop.Simulation.Machine;
using Shop.Simulation.Outside;
using Shop.Values;

namespace Shop.Simulation;

public sealed class When_the_disk_stalls_at_the_pivot
{
    private readonly OrderId order = Names.Order(1);

    // All harmless, but the customer comes, and the ninth activation, the payment, is on the second process.
    private readonly World world = new(
        new Choices(new Script(new Dictionary<string, int[]> { ["customer-1/does"] = [1], ["placement"] = [0, 0, 0, 0, 0, 0, 0, 0, 1] })), traced: true);

    /// <summary>A deadline that passes meanwhile asks what became of a capture that was never sent, and may not send it either.</summary>
    [Fact]
    public void Nothing_is_captured_until_the_pivot_is_stored()
    {
        var sagas = world.Cluster.Start("s1");
        world.Cluster.Start("s2");
        var merchant = new Merchant(world);
        merchant.Begin();
        Until(() => merchant.IsOpen);
        new Customer(world, 1).Begin();

        Until(() => world.Gateway.Accounts.Count > 0);
        sagas.DiskStall = TimeSpan.FromSeconds(50);
        var stalled = world.Timeline.Elapsed;
        Until(() => world.Timeline.Elapsed > stalled + TimeSpan.FromSeconds(45));
        Assert.Null(world.Laws.Orders.SagaOf(order.Key));
        Assert.Equal(0, world.Gateway.Accounts.Values.Single().Captured);

        sagas.DiskStall = TimeSpan.Zero;
        Until(() => world.Laws.Orders.SagaOf(order.Key)?.Step == SagaStep.Completed);
        Assert.Equal(world.Laws.Orders.PlacementOf(order.Key)!.Total.Amount, world.Gateway.Accounts.Values.Single().Captured);
    }

    private void Until(Func<bool> reached)
    {
        while (!reached())
        {
            Assert.True(world.Timeline.Step(), "Nothing happens any more.");
            Assert.True(world.Laws.Broken is null, string.Join('\n', [world.Laws.Broken, .. world.Trace.Lines]));
        }
    }
}
