using System.Globalization;
using Shop.Simulation.Cluster;
using Shop.Simulation.Machine;

namespace Shop.Simulation.Outside;

/// <summary>Kills, stops, throws out; turns clocks, breaks disks and cables. In the end it gives up and everything is put in order.</summary>
internal sealed class Trouble(World world)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Spell = TimeSpan.FromSeconds(45);

    private readonly Chooser chances = world.Choices.Of("trouble");
    private readonly Dictionary<Process, int> doomed = [];
    private int started;

    public void Begin(int processes)
    {
        for (var n = 0; n < processes; n++)
            Start();
        world.Timeline.BeforeTurn = CountDown;
    }

    public void Storm(TimeSpan until)
    {
        if (world.IsFair || world.Timeline.Elapsed >= until)
            return;
        Strike();
        world.Timeline.After(Rest / world.Weather.Storm + chances.Within(Rest), host: null, () => Storm(until));
    }

    /// <summary>From now on nothing fails.</summary>
    public void GiveUp()
    {
        world.Trace.Note($"the storm is over");
        doomed.Clear();
        (world.Weather.Storm, world.Weather.GatewayIsGone) = (0, false);
        foreach (var process in world.Cluster.Processes.Where(p => p.IsAlive).ToList())
        {
            process.DiskStall = TimeSpan.Zero;
            if (process.IsMember)
                process.GoOn();
            else
                process.Die();
        }

        if (world.Cluster.Members.Count == 0)
            Start();
        world.WakeSchedulers();
    }

    private void Strike()
    {
        // Each takes the same number of choices, so that taking one strike back leaves the others as they are.
        var (kind, who, when, size) = (chances.Next(12), chances.Next(100), chances.Within(Spell), chances.Next(1000));
        var living = world.Cluster.Processes.Where(p => p.IsAlive).ToList();
        if (living.Count == 0)
        {
            Start();
            return;
        }

        var victim = living[who % living.Count];
        switch (kind)
        {
            case 1 or 2:
                world.Suffer(Fault.DeathBetweenTurns);
                doomed[victim] = size;
                Later(when, Start);
                break;
            case 3:
                world.Suffer(Fault.Death);
                victim.Die();
                Later(when, Start);
                break;
            case 4 when !victim.IsStopped:
                world.Suffer(Fault.Pause);
                victim.Stop();
                Later(when, victim.GoOn);
                break;
            case 5 or 6 when victim.IsMember:
                world.Suffer(Fault.Zombie);
                // The others have waited long enough for it; then it comes back to life.
                victim.Stop();
                victim.Leave();
                Start();
                Later(when, victim.GoOn);
                Later(when + TimeSpan.FromSeconds(size / 20.0), victim.Die);
                break;
            case 7 when victim.IsMember:
                world.Suffer(Fault.Zombie);
                victim.Leave();
                Start();
                Later(when, victim.Die);
                break;
            case 8:
                world.Suffer(Fault.WrongClock);
                // Mostly a little, seldom by minutes.
                victim.Clock.Ahead = TimeSpan.FromSeconds(size < 900 ? (size - 450) / 20.0 : (size - 950) * 15);
                world.Trace.Note($"the clock of {victim.Name} is {victim.Clock.Ahead} ahead");
                victim.Schedules.Wake();
                break;
            case 9:
                world.Suffer(Fault.SlowDisk);
                // The database itself, or one process's way to it.
                foreach (var slow in size % 2 == 0 ? living : [victim])
                {
                    slow.DiskStall = TimeSpan.FromMilliseconds(size * 90);
                    Later(when, () => slow.DiskStall = TimeSpan.Zero);
                }

                break;
            case 10:
                world.Suffer(Fault.DeafGateway);
                world.Trace.Note($"the gateway is gone");
                world.Weather.GatewayIsGone = true;
                Later(when, () => world.Weather.GatewayIsGone = false);
                break;
            case 11:
                world.Suffer(Fault.Deactivation);
                foreach (var activation in world.Cluster.Activations.Where((_, n) => (n + size) % 3 == 0).ToList())
                    activation.Deactivate();
                break;
            default:
                break;
        }
    }

    private void Start()
    {
        // More than a few would only take their work from each other.
        if (world.Cluster.Members.Count < 3)
            world.Cluster.Start(string.Create(CultureInfo.InvariantCulture, $"s{++started}")).Schedules.Wake();
    }

    private void Later(TimeSpan when, Action what) => world.Timeline.After(when, host: null, what);

    /// <summary>A process may die between any two of its turns.</summary>
    private void CountDown()
    {
        if (doomed.Count == 0)
            return;
        foreach (var (victim, turns) in doomed.ToList())
        {
            doomed[victim] = turns - 1;
            if (turns > 0)
                continue;
            doomed.Remove(victim);
            victim.Die();
        }
    }
}
