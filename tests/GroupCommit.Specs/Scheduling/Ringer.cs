using System.Collections.Concurrent;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Scheduling;

/// <summary>Who was called with what, and what they answer.</summary>
public sealed class Rings
{
    private readonly ConcurrentQueue<(string Target, ScheduledMessage Message)> _heard = new();

    public Func<string, ScheduledMessage, Task<ScheduledOutcome>> Answer { get; set; } = (_, _) => Task.FromResult(ScheduledOutcome.Done);

    public IReadOnlyList<(string Target, ScheduledMessage Message)> Heard => [.. _heard];

    public IReadOnlyList<ScheduledMessage> HeardBy(string target) => [.. _heard.Where(ring => ring.Target == target).Select(ring => ring.Message)];

    public Task<ScheduledOutcome> Ring(string target, ScheduledMessage message)
    {
        _heard.Enqueue((target, message));
        return Answer(target, message);
    }
}

[Alias("specs.ringer")]
public interface IRinger : IGrainWithStringKey;

/// <summary>A grain that waits for scheduled messages. Its key is "spec/target", because one silo serves all specs.</summary>
[GrainType("ringer")]
public sealed class RingerGrain(ConcurrentDictionary<string, Rings> specs) : Grain, IRinger, IScheduledReceiver
{
    public Task<ScheduledOutcome> ReceiveScheduled(ScheduledMessage message)
    {
        var (spec, target) = this.GetPrimaryKeyString().Split('/') is [var s, var t] ? (s, t) : throw new InvalidOperationException("No such spec.");
        return specs[spec].Ring(target, message);
    }
}
