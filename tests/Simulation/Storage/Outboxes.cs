namespace Shop.Simulation.Storage;

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
            // What was logged stays where it is; that it is to be delivered says a row of the outbox from now on.
            world.Database.Outbox[id] = (Bytes.Formats.ToOutbox(row with { Item = null }), heir);
            heir.Outbox.Take(world.Database.Outbox[id].Row);
        }
    });
}
