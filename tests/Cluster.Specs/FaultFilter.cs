using System.Collections.Concurrent;

namespace Shop.Cluster.Specs;

/// <summary>Makes chosen grain calls fail, or stops them before or after their grain has worked: where a process may die.</summary>
internal sealed class FaultFilter : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, Rule> rules = [];

    /// <summary>The next calls of a method fail before they reach the grain, or after it has done its work.</summary>
    public void Fail(string method, int times, bool afterwards) => rules[method] = new Rule(times, afterwards, null);

    /// <summary>Calls of a method never come back; the task ends when the first one is stopped.</summary>
    public Task Stop(string method, bool afterwards)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rules[method] = new Rule(int.MaxValue, afterwards, reached);
        return reached.Task;
    }

    /// <summary>Whether every call that was to fail has failed.</summary>
    public bool Spent(string method) => rules[method].IsSpent;

    public void Clear() => rules.Clear();

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var method = $"{context.InterfaceMethod.DeclaringType?.Name}.{context.InterfaceMethod.Name}";
        if (!rules.TryGetValue(method, out var rule) || !rule.Applies())
        {
            await context.Invoke();
            return;
        }

        if (rule.Afterwards)
            await context.Invoke();
        if (rule.Reached is null)
            throw new InvalidOperationException($"{method} fails in this spec.");
        rule.Reached.TrySetResult();
        await new TaskCompletionSource().Task;
    }

    private sealed class Rule(int times, bool afterwards, TaskCompletionSource? reached)
    {
        private int left = times;

        public bool IsSpent => Volatile.Read(ref left) <= 0;

        public bool Afterwards => afterwards;

        public TaskCompletionSource? Reached => reached;

        public bool Applies() => Interlocked.Decrement(ref left) >= 0;
    }
}
