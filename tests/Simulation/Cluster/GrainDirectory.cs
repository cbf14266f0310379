using System.Reflection;
using Shop.Orders;
using Shop.Payments;
using Shop.Products;
using Shop.Sagas;
using Shop.Simulation.Machine;
using Shop.Stock;

namespace Shop.Simulation.Cluster;

/// <summary>The processes that are members, and which of them runs which grain.</summary>
internal sealed class GrainDirectory
{
    private readonly World world;
    private readonly Dictionary<(Type, GrainId), object> proxies = [];
    private readonly Dictionary<GrainId, Activation> registered = [];
    private readonly List<Process> processes = [];

    public GrainDirectory(World world)
    {
        this.world = world;
        Grains = DispatchProxy.Create<IGrainFactory, FactoryProxy>();
        ((FactoryProxy)Grains).Directory = this;
    }

    public IGrainFactory Grains { get; }

    /// <summary>All that were ever started.</summary>
    public IReadOnlyList<Process> Processes => processes;

    public List<Process> Members => processes.FindAll(p => p.IsMember);

    public IEnumerable<Activation> Activations => registered.Values;

    public Process Start(string name)
    {
        var process = new Process(world, name);
        processes.Add(process);
        return process;
    }

    public void Deliver(Call call)
    {
        if (Locate(call.Target, call.Caller) is { } activation)
            activation.Receive(call);
        else
            call.Fail(new Orleans.Runtime.SiloUnavailableException("No silo is there."));
    }

    public void Forget(Activation activation)
    {
        if (registered.GetValueOrDefault(activation.Id) == activation)
            registered.Remove(activation.Id);
    }

    private Activation? Locate(GrainId id, Actor caller)
    {
        // One that was thrown out believes in its own directory until it hears of it.
        if (caller.Host is Process { IsAlive: true, IsMember: false } zombie)
            return zombie.FindOrActivate(id);
        if (processes.FindLast(p => p is { IsAlive: true, IsMember: false }) is { } old && world.Weather.ReachesAZombie(caller))
            return old.FindOrActivate(id);
        if (registered.TryGetValue(id, out var activation))
            return activation;
        var members = Members;
        if (members.Count == 0)
            return null;
        activation = world.Choices.Of("placement").Pick(members).FindOrActivate(id);
        registered.Add(id, activation);
        return activation;
    }

    public object GetGrain(Type type, GrainId id)
    {
        if (!proxies.TryGetValue((type, id), out var proxy))
            proxies.Add((type, id), proxy = GrainProxy.Create(type, id, world));
        return proxy;
    }

    public static string GrainTypeOf(Type grain) => grain.Name switch
    {
        nameof(IOrderGrain) => "order",
        nameof(IOrderSagaGrain) => SagaSchedules.GrainType,
        nameof(IStockGrain) => "stock",
        nameof(IPaymentGrain) => "payment",
        nameof(IProductGrain) => "product",
        _ => throw new NotSupportedException(grain.Name),
    };
}
