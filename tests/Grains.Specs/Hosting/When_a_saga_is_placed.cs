using System.Net;
using Orleans.Runtime.Placement;
using Shop.Hosting;

namespace Grains.Specs.Hosting;

public sealed class When_a_saga_is_placed
{
    private static readonly SiloAddress[] Three = [Silo(1), Silo(2), Silo(3)];

    [Fact]
    public async Task Should_put_it_on_the_silo_of_its_payment()
    {
        foreach (var key in Keys(100))
        {
            var silos = new HashSet<SiloAddress>();
            foreach (var type in new[] { "order-saga", "payment" })
                silos.Add(await Place(type, key, Three));
            Assert.Single(silos);
        }
    }

    [Fact]
    public async Task Should_spread_orders_over_all_silos()
    {
        var counts = new Dictionary<SiloAddress, int>();
        foreach (var key in Keys(3_000))
        {
            var silo = await Place("order-saga", key, Three);
            counts[silo] = counts.GetValueOrDefault(silo) + 1;
        }

        Assert.All(Three, silo => Assert.InRange(counts[silo], 900, 1_100));
    }

    [Fact]
    public async Task Should_say_the_same_whatever_order_the_silos_are_in()
    {
        foreach (var key in Keys(100))
            Assert.Equal(await Place("order-saga", key, Three), await Place("order-saga", key, [Three[2], Three[0], Three[1]]));
    }

    [Fact]
    public async Task Should_leave_the_orders_of_others_where_they_are_when_a_silo_goes()
    {
        foreach (var key in Keys(300))
        {
            var before = await Place("order-saga", key, Three);
            var after = await Place("order-saga", key, Three[..2]);
            Assert.True(before == after || before == Three[2], $"{key} has moved from {before} to {after}.");
        }
    }

    [Fact]
    public async Task Should_follow_a_hint()
    {
        var hints = new Dictionary<string, object> { [IPlacementDirector.PlacementHintKey] = Three[1] };
        foreach (var key in Keys(20))
            Assert.Equal(Three[1], await Place("order-saga", key, Three, hints));
    }

    private static Task<SiloAddress> Place(string type, string key, SiloAddress[] silos, Dictionary<string, object>? hints = null) =>
        new SagaPlacementDirector().OnAddActivation(
            new SagaPlacement(), new PlacementTarget(GrainId.Create(type, key), hints!, default, 0), new Silos(silos));

    private static IEnumerable<string> Keys(int count) => Enumerable.Range(0, count).Select(n => $"o:{new Guid(n, 0, 0, new byte[8])}");

    private static SiloAddress Silo(byte number) => SiloAddress.New(new IPEndPoint(new IPAddress([10, 0, 0, number]), 11111), 1);

    private sealed class Silos(SiloAddress[] compatible) : IPlacementContext
    {
        public SiloAddress LocalSilo => compatible[0];

        public SiloStatus LocalSiloStatus => SiloStatus.Active;

        public SiloAddress[] GetCompatibleSilos(PlacementTarget target) => compatible;

        public IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target) => throw new NotSupportedException();
    }
}
