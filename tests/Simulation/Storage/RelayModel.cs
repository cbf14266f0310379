using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;
using Shop.Audit;
using Shop.Events;
using Shop.Sagas;
using Shop.Simulation.Cluster;
using Shop.Simulation.Machine;

namespace Shop.Simulation.Storage;

/// <summary>
/// Takes a process's rows from the outbox to those who listen, at least once and in any order: the shop's own listener, which hands orders
/// to their sagas, the shop's audit, and the laws, which hear everything.
/// </summary>
internal sealed class RelayModel
{
    private readonly World world;
    private readonly Process process;
    private readonly Actor actor;
    private readonly OrderEventsGrain listener;
    private readonly AuditGrain audit;

    public RelayModel(World world, Process process)
    {
        (this.world, this.process) = (world, process);
        actor = world.ActorOf("relay", process);
        listener = new OrderEventsGrain(world.Cluster.Grains, process.Clock, world.LogOf<OrderEventsGrain>(process.Name));
        audit = new AuditGrain(new DurableLog(process.Committer, Bytes.Serializer), process.Clock, world.LogOf<AuditGrain>(process.Name));
    }

    public void Take(OutboxRow row) => actor.Begin(() => _ = Deliver(row));

    private async Task Deliver(OutboxRow row)
    {
        for (var again = true; again;)
        {
            await world.Pause(world.Weather.Travel(actor));
            // Another has delivered it meanwhile; which this one would only know from a failing removal.
            if (!world.Database.Outbox.ContainsKey(row.Id) && !world.Weather.IsLate(actor))
                return;
            again = world.Weather.IsDeliveredTwice(actor);
            var item = (ShopEvent)Bytes.Formats.Read(row);
            try
            {
                world.Laws.Heard(item);
                if (item.Entity.StartsWith("order/", StringComparison.Ordinal))
                    await listener.OnNextAsync([new SequentialItem<ShopEvent>(item, null!)]);
                await audit.OnNextAsync([new SequentialItem<ShopEvent>(item, null!)]);
                if (!again)
                    await process.Committer.Commit(new OutboxRemove([row.Id]));
            }
            catch (Exception e)
            {
                world.Laws.Thrown($"{actor.Name} delivering {item.EventId}", e);
                again = true;
            }
        }
    }
}
