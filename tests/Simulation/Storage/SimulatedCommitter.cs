using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Shop.Simulation.Cluster;

namespace Shop.Simulation.Storage;

/// <summary>
/// A process's way to the database: gathers what waits, commits it together. A commit may fail, fail and be stored all the same, or be
/// stored long after its failure was told; the process may die before it, in it or before its answer.
/// </summary>
internal sealed class SimulatedCommitter(World world, Process process) : ICommitter
{
    private List<(WriteRequest Request, TaskCompletionSource<bool> Answer)> waiting = [];
    private bool busy;

    public bool IsFailing => false;

    public Action<IReadOnlyList<OutboxRow>>? OutboxCommitted { get; set; }

    public Task<bool> Commit(WriteRequest request)
    {
        if (world.Weather.IsQueueFull(process))
            return Task.FromException<bool>(new GroupCommitQueueFullException("The database does not keep up."));
        var answer = new TaskCompletionSource<bool>();
        waiting.Add((request, answer));
        if (!busy)
            Gather();
        return answer.Task;
    }

    public Task<StoredRow?> Read(RowId row, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<StoredRow?>();
        world.Timeline.After(world.Weather.Disk(process), process, () =>
        {
            if (world.Weather.FailsToRead(process))
                answer.SetException(new IOException("The row cannot be read."));
            else
                answer.SetResult(world.Database.Read(row));
        });
        return answer.Task;
    }

    public long NextId() => world.Database.NextToken();

    private void Gather()
    {
        busy = true;
        world.Timeline.After(TimeSpan.FromMilliseconds(0.1), process, () =>
        {
            var batch = waiting;
            waiting = [];
            var fate = world.Weather.OfCommit(process);
            world.Timeline.After(world.Weather.Disk(process), host: null, () => Store(batch, fate));
        });
    }

    private void Store(List<(WriteRequest Request, TaskCompletionSource<bool> Answer)> batch, CommitFate fate)
    {
        // A statement that was under way when its process died may or may not have reached the database.
        if (!process.IsAlive && !world.Weather.SurvivesItsProcess(process))
            return;

        bool[]? stored = null;
        if (fate is CommitFate.Stored or CommitFate.StoredButFailed)
            stored = Apply(batch);
        else if (fate == CommitFate.StoredAfterFailing)
            world.Timeline.After(world.Weather.Disk(process) * 20, host: null, () => Apply(batch));
        if (fate != CommitFate.Stored)
            world.Trace.Note($"{process.Name}: a commit of {batch.Count} is {fate}");

        world.Timeline.After(world.Weather.Disk(process), process, () =>
        {
            if (waiting.Count > 0)
                Gather();
            else
                busy = false;
            for (var i = 0; i < batch.Count; i++)
            {
                if (fate == CommitFate.Stored)
                    batch[i].Answer.SetResult(stored![i]);
                else
                    batch[i].Answer.SetException(new DurableStateLostException("The commit failed, and whether it was stored is not known."));
            }
        });
    }

    private bool[] Apply(List<(WriteRequest Request, TaskCompletionSource<bool> Answer)> batch)
    {
        var requests = batch.ConvertAll(b => b.Request);
        var armed = world.Database.ArmedChanges;
        var stored = world.Database.Commit(requests, process);
        for (var i = 0; i < stored.Length; i++)
        {
            if (stored[i])
            {
                world.Laws.Stored(process, requests[i]);
                continue;
            }

            world.Suffer(requests[i] switch
            {
                GrainWrite => Fault.WriteConflict,
                VersionCheck => Fault.CheckFailed,
                _ => Fault.StaleSettle,
            });
            world.Trace.Conflicted(process, requests[i]);
        }

        world.Outboxes.Look();
        if (world.Database.ArmedChanges != armed)
            world.WakeSchedulers();
        return stored;
    }
}

/// <summary>What becomes of a commit.</summary>
internal enum CommitFate
{
    Stored,
    Failed,
    StoredButFailed,
    StoredAfterFailing,
}
