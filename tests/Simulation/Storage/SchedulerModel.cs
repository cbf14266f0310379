using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Shop.Simulation.Cluster;
using Shop.Simulation.Machine;

namespace Shop.Simulation.Storage;

/// <summary>Calls grains whose rows are due by its process's clock, at least once, and settles the rows by their tokens.</summary>
internal sealed class SchedulerModel
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryLimit = TimeSpan.FromMinutes(1);

    private readonly World world;
    private readonly Process process;
    private readonly Actor actor;
    private readonly HashSet<(string, string, long)> inWork = [];
    private Happening? next;

    public SchedulerModel(World world, Process process)
    {
        (this.world, this.process) = (world, process);
        actor = world.ActorOf("scheduler", process);
    }

    /// <summary>The rows, or this process's clock, have changed.</summary>
    public void Wake()
    {
        next?.Cancel();
        if (!process.IsAlive)
            return;
        DateTimeOffset? earliest = null;
        foreach (var row in world.Database.Armed)
        {
            if (!inWork.Contains(Arming(row)) && (earliest is null || row.DueAt < earliest))
                earliest = row.DueAt;
        }

        if (earliest is not { } dueAt)
            return;
        var wait = dueAt - process.Clock.GetUtcNow();
        next = world.Timeline.After((wait > TimeSpan.Zero ? wait : TimeSpan.Zero) + Poll, process, CallDue);
    }

    private static (string, string, long) Arming(ScheduleRow row) => (row.Target, row.Name, row.Token);

    private void CallDue()
    {
        var now = process.Clock.GetUtcNow();
        foreach (var row in world.Database.Armed.Where(r => r.DueAt <= now).OrderBy(r => r.DueAt).ToList())
        {
            if (!inWork.Contains(Arming(row)) && (world.Database.Claim(row, process) || world.Weather.IsLate(actor)))
            {
                inWork.Add(Arming(row));
                actor.Begin(() => _ = Work(row));
            }
        }

        Wake();
    }

    private async Task Work(ScheduleRow row)
    {
        ScheduleSettle settle;
        try
        {
            var outcome = await world.Cluster.Grains.GetGrain<IScheduledReceiver>(GrainId.Parse(row.Target))
                .ReceiveScheduled(new ScheduledMessage(row.Name, row.Token, row.DueAt, row.Attempts + 1));
            settle = new ScheduleSettle(row.Target, row.Name, row.Token, outcome.NotBefore, world.Database.NextToken(), 0);
        }
        catch (Exception e)
        {
            world.Laws.Thrown($"{actor.Name} calling {row.Target}", e);
            var pause = TimeSpan.FromSeconds(1 << Math.Min(row.Attempts, 6));
            var dueAt = process.Clock.GetUtcNow() + (pause < RetryLimit ? pause : RetryLimit);
            settle = new ScheduleSettle(row.Target, row.Name, row.Token, dueAt, world.Database.NextToken(), row.Attempts + 1);
        }

        try
        {
            await process.Committer.Commit(settle);
        }
        catch (Exception e)
        {
            world.Laws.Thrown($"{actor.Name} settling {row.Target}", e);
        }

        inWork.Remove(Arming(row));
        world.Database.Release(row);
        Wake();
    }
}
