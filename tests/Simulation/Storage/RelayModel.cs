using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;
using Shop.Audit;
using Shop.Events;
using Shop.Sagas;
using Shop.Simulation.Cluster;
using Shop.Simulation.Machine;

namespace Shop.Simulation.Storage;

/// <summary>
/// Takes a process's events from the log to those who listen, at least once and in any order: the shop's own listener, which hands orders
/// to their sagas, the shop's audit, and the laws, which hear everything. What was delivered is told by a position; what is behind it comes again when the process dies.
/// </summary>
internal sealed class RelayModel
{
    private readonly World world;
    private readonly Process process;
    private readonly Actor actor;
    private readonly OrderEventsGrain listener;
    private readonly AuditGrain audit;
    private readonly SortedSet<long> pending = [];
    private long newest;

    public RelayModel(World world, Process process)
    {
        (this.world, this.process) = (world, process);
        actor = world.ActorOf("relay", process);
        listener = new OrderEventsGrain(world.Cluster.Grains, process.Clock, world.LogOf<OrderEventsGrain>(process.Name));
        audit = new AuditGrain(new DurableLog(process.Committer, dialect: null!, Bytes.Serializer), books: null!, process.Clock, world.LogOf<AuditGrain>(process.Name));
    }

    public void Take(OutboxRow row)
    {
        if (row.Place is not null)
        {
            pending.Add(row.Id);
            newest = Math.Max(newest, row.Id);
        }

        actor.Begin(() => _ = Deliver(row));
    }

    private async Task Deliver(OutboxRow row)
    {
        for (var again = true; again;)
        {
            await world.Pause(world.Weather.Travel(actor));
            // Another has delivered it meanwhile; which this one would only know from a failing removal.
            if (!world.Database.Outbox.ContainsKey(row.Id) && !world.Weather.IsLate(actor))
                break;
            again = world.Weather.IsDeliveredTwice(actor);
            var item = (ShopEvent)Bytes.Formats.Read(row);
            try
            {
                world.Laws.Heard(item);
                if (item.Entity.StartsWith("order/", StringComparison.Ordinal))
                    await listener.OnNextAsync([new SequentialItem<ShopEvent>(item, null!)]);
                await audit.OnNextAsync([new SequentialItem<ShopEvent>(item, null!)]);
            }
            catch (Exception e)
            {
                world.Laws.Thrown($"{actor.Name} delivering {item.EventId}", e);
                again = true;
            }
        }

        pending.Remove(row.Id);
        await Settle(row);
    }

    /// <summary>A row of the outbox goes; of the log, all up to the oldest that is still on its way is dealt with.</summary>
    private async Task Settle(OutboxRow row)
    {
        for (var again = true; again;)
        {
            try
            {
                await process.Committer.Commit(row.Place is null
                    ? new OutboxRemove([row.Id])
                    : new PositionWrite(ShopStreams.Provider, Owner: null, pending.Count == 0 ? newest : pending.Min - 1, Late: null));
                again = false;
            }
            catch (Exception e)
            {
                world.Laws.Thrown($"{actor.Name} settling {row.Id}", e);
                await world.Pause(world.Weather.Travel(actor));
            }
        }
    }
}
