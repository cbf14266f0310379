using System.Collections.Concurrent;

namespace Shop.Benches.Micro.Streams.EndToEnd;

/// <summary>Calls whose events are under way to their grain. Thread-safe.</summary>
internal sealed class SeenCalls
{
    private readonly ConcurrentDictionary<int, Call> _byCaller = new();

    /// <summary>A caller has one call under way at a time.</summary>
    public Task Expect(int caller, long number)
    {
        var call = new Call(number);
        _byCaller[caller] = call;
        return call.Seen.Task;
    }

    /// <summary>A grain has an event; the last one of a call ends it. A second copy does nothing.</summary>
    public void See(BenchEvent item)
    {
        if (item.IsLast && _byCaller.TryGetValue(item.Caller, out var call) && call.Number == item.Number)
            call.Seen.TrySetResult();
    }

    private sealed record Call(long Number)
    {
        public TaskCompletionSource Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
