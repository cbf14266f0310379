using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Outbox;
using Shop.Events;
using Shop.Orders;
using Shop.Payments;
using Shop.Products;
using Shop.Sagas;
using Shop.Simulation.Storage;
using Shop.Stock;

namespace Shop.Simulation.Cluster;

/// <summary>Puts the shop's grains together as the container of a silo does: the real classes, with the real facets.</summary>
internal sealed class GrainMaker
{
    private readonly World world;
    private readonly Process process;
    private readonly IGrainContext context;
    private readonly GrainUnit unit;

    private GrainMaker(World world, Process process, IGrainContext context)
    {
        (this.world, this.process, this.context) = (world, process, context);
        unit = new GrainUnit(process.Committer, Bytes.Serializer, Bytes.Formats, process.Clock, world.LogOf<GrainUnit>(process.Name), new Providers());
        unit.Attach(context);
    }

    public static Grain Make(World world, Process process, IGrainContext context) => new GrainMaker(world, process, context).Make();

    private Grain Make()
    {
        var sagas = Options.Create(world.Sagas);
        return context.GrainId.Type.ToString() switch
        {
            "order" => new OrderGrain(State<OrderState>(), context, world.Cluster.Grains, process.Clock, sagas, world.LogOf<OrderGrain>(process.Name)),
            SagaSchedules.GrainType => new OrderSagaGrain(State<SagaState>(), context, process.Runner, sagas, process.Clock, world.LogOf<OrderSagaGrain>(process.Name)),
            "stock" => new StockGrain(
                State<StockState>(), Map<Reservation>("reservations"), Map<Adjustment>("adjustments"), context, process.Clock, world.LogOf<StockGrain>(process.Name)),
            "payment" => new PaymentGrain(
                State<PaymentState>(), context, world.Gateway.For(process), process.Clock, Options.Create(world.Payments), world.LogOf<PaymentGrain>(process.Name)),
            "product" => new ProductGrain(State<ProductState>(), context),
            var other => throw new NotSupportedException(other),
        };
    }

    private Durable<T> State<T>() where T : class
    {
        var state = new Durable<T>(unit, Bytes.Of<T>());
        unit.Add(state);
        return state;
    }

    private DurableMap<T> Map<T>(string name) where T : class
    {
        var map = new DurableMap<T>(unit, name, Bytes.Of<T>());
        unit.Add(map);
        return map;
    }

    private sealed class Providers : IOutboxProviders
    {
        public bool Contains(string name) => name == ShopStreams.Provider;
    }
}
