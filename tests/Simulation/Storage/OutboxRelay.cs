using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;
using Shop.Events;
using Shop.Sagas;
using Shop.Simulation.Cluster;
using Shop.Simulation.Machine;

namespace Shop.Simulation.Storage;

/// <summary>
/// Takes a process's rows from the outbox to those who listen, at least once and in any order: the shop's own listener, which hands orders
/// to their sagas, and an audit that hears everything.
/// </summary>
internal sealed class OutboxRelay
{
    private readonly World world;
    private readonly Process process;
    private readonly Actor actor;
    private readonly OrderEventsGrain listener;

    public OutboxRelay(World world, Process process)
    {
        (this.world, this.process) = (world, process);
        actor = world.ActorOf("relay", process);
        listener = new OrderEventsGrain(world.Cluster.Grains, process.Clock, world.LogOf<OrderEventsGrain>(process.Name));
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
            var item = row.Item is ShopEvent known ? known : Bytes.Serializer.Deserialize<ShopEvent>(row.Payload)!;
            try
            {
                world.Laws.Heard(item);
                if (item.Entity.StartsWith("order/", StringComparison.Ordinal))
                    await listener.OnNextAsync([new SequentialItem<ShopEvent>(item, null!)]);
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

/// <summary>Gives every row of the outbox to a relay, and those of a process that is gone to another's.</summary>
internal sealed class Outboxes(World world)
{
    private long taken;

    /// <summary>Something may have been written.</summary>
    public void Look()
    {
        while (taken < world.Database.LastOutboxId)
        {
            // One batch may remove what it has written.
            if (!world.Database.Outbox.TryGetValue(++taken, out var written))
                continue;
            var (row, owner) = written;
            if (owner is { IsAlive: true })
                owner.Outbox.Take(row);
            else
                Adopt();
        }
    }

    /// <summary>Somebody has gone.</summary>
    public void Adopt() => world.Timeline.After(world.Weather.Sweep(), host: null, () =>
    {
        var members = world.Cluster.Members;
        foreach (var (id, (row, owner)) in world.Database.Outbox.ToList())
        {
            if (owner is { IsMember: true })
                continue;
            if (members.Count == 0)
            {
                Adopt();
                return;
            }

            var heir = world.Choices.Of("sweeping").Pick(members);
            world.Database.Outbox[id] = (row with { Item = null }, heir);
            heir.Outbox.Take(world.Database.Outbox[id].Row);
        }
    });
}
