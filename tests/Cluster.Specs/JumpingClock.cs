namespace Shop.Cluster.Specs;

/// <summary>The real clock, put forward: deadlines of minutes pass at once, while everything that measures time goes on as usual.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ahead));

    public void Jump(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);
}
