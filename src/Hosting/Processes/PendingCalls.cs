namespace Shop.Hosting.Processes;

/// <summary>How many calls to grains are under way for the process's HTTP clients: each is an answer that somebody is owed. Thread-safe.</summary>
public sealed class PendingCalls
{
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>Counts one; when what is returned is disposed, no more.</summary>
    public Pending Begin()
    {
        Interlocked.Increment(ref count);
        return new Pending(this);
    }

    /// <summary>One call that is under way; disposed once.</summary>
    public readonly struct Pending(PendingCalls calls) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref calls.count);
    }
}
