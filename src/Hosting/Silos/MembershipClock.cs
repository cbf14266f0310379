using System.Reflection;
using Orleans.Persistence.GroupCommit;

namespace Shop.Hosting.Silos;

/// <summary>
/// Has Orleans keep the cluster's table of silos, be it of one, by the one time that all silos have. It asks the machine for the times that it writes there and compares, and for
/// nothing else that matters: a silo whose clock is wrong would look dead to the others, and they to it. Times cannot be put right on their way to
/// the table: silos tell each other of its rows, too.
/// </summary>
/// <remarks>Orleans has a place for such a clock, for its own tests only, so it is reached by its name. A spec notices should a later release lack it.</remarks>
internal sealed class MembershipClock(IServiceProvider services, SteadyClock clock) : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly Type Manager = Named("MembershipTableManager");

    // As which it is registered.
    private static readonly Type Service = Named("IMembershipManager");

    internal static readonly PropertyInfo Clock = Manager.GetProperty("GetDateTimeUtcNow", BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new MissingMemberException(Manager.FullName, "GetDateTimeUtcNow");

    internal static readonly FieldInfo StartTime = Manager.GetField("siloStartTime", BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new MissingMemberException(Manager.FullName, "siloStartTime");

    // The store is open by then, and has set the clock; the silo has not joined yet.
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(MembershipClock), ServiceLifecycleStage.RuntimeStorageServices + 1, _ =>
        {
            var manager = services.GetRequiredService(Service);
            Clock.SetValue(manager, () => clock.GetUtcNow().UtcDateTime);
            StartTime.SetValue(manager, clock.GetUtcNow().UtcDateTime);
            return Task.CompletedTask;
        });

    private static Type Named(string name) => Type.GetType($"Orleans.Runtime.MembershipService.{name}, Orleans.Runtime", throwOnError: true)!;
}
