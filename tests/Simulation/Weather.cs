using Shop.Simulation.Cluster;
using Shop.Simulation.Machine;
using Shop.Simulation.Storage;

namespace Shop.Simulation;

/// <summary>How bad it is: how often messages are lost, commits fail and so on. Once it is calm, nothing is lost and nothing fails.</summary>
internal sealed class Weather(World world)
{
    private static readonly TimeSpan Calmed = TimeSpan.FromMilliseconds(20);

    /// <summary>0 is calm; otherwise what the chances of faults are multiplied with.</summary>
    public int Storm { get; set; }

    /// <summary>The gateway cannot be reached.</summary>
    public bool GatewayIsGone { get; set; }

    public TimeSpan Travel(Actor who) => Limited(who.Chances.Delay());

    public TimeSpan Disk(Process process) => Limited(Of(process).Delay()) + process.DiskStall;

    public TimeSpan Sweep() => TimeSpan.FromSeconds(1) + Limited(world.Choices.Of("sweeping").Delay());

    /// <summary>How often a message arrives.</summary>
    public int Copies(Actor who) => Happens(who.Chances, 8, Fault.LostMessage) ? 0 : Happens(who.Chances, 8, Fault.DoubledMessage) ? 2 : 1;

    public bool LosesAnswer(Actor who) => Happens(who.Chances, 8, Fault.LostAnswer);

    public bool IsLost(Actor who) => Happens(who.Chances, 100, Fault.LostWithItsSender);

    /// <summary>Whether something is done although nobody waits for it any more.</summary>
    public bool IsLate(Actor who) => Happens(who.Chances, 50, Fault.DoneInVain);

    /// <summary>Whether a caller has not heard yet that a process was thrown out, and that one runs what it wants.</summary>
    public bool ReachesAZombie(Actor who) => Happens(who.Chances, 60, Fault.ToAZombie);

    /// <summary>Whether a caller hears at once that the other side has gone, instead of waiting in vain.</summary>
    public bool IsBrokenOff(Actor who) => who.Chances.Next(2) == 0;

    public bool IsDeliveredTwice(Actor who) => Happens(who.Chances, 20, Fault.EventTwice);

    public bool IsQueueFull(Process process) => Happens(Of(process), 1, Fault.FullQueue);

    public bool FailsToRead(Process process) => Happens(Of(process), 4, Fault.UnreadableRow);

    public CommitFate OfCommit(Process process)
    {
        if (!Happens(Of(process), 8))
            return CommitFate.Stored;
        var fate = (CommitFate)(1 + Of(process).Next(3));
        world.Suffer(fate switch
        {
            CommitFate.Failed => Fault.CommitFailed,
            CommitFate.StoredButFailed => Fault.CommitStoredButFailed,
            _ => Fault.CommitStoredAfterFailing,
        });
        return fate;
    }

    public bool SurvivesItsProcess(Process process)
    {
        var survives = Of(process).Next(2) == 0;
        if (survives)
            world.Suffer(Fault.CommitSurvived);
        return survives;
    }

    private Chooser Of(Process process) => world.Choices.Of($"disk/{process.Name}");

    private TimeSpan Limited(TimeSpan delay) => Storm > 0 || delay < Calmed ? delay : Calmed;

    private bool Happens(Chooser chances, int inThousand, string? fault = null)
    {
        if (Storm == 0 || !chances.Chance(Math.Min(500, inThousand * Storm)))
            return false;
        if (fault is not null)
            world.Suffer(fault);
        return true;
    }
}
