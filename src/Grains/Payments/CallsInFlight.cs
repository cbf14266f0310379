namespace Shop.Payments;

/// <summary>The calls that have no answer yet: whoever asks the same again waits for the same answer. For one grain's scheduler only.</summary>
internal sealed class CallsInFlight<TAnswer>
{
    private readonly Dictionary<string, Task<TAnswer>> calls = new(StringComparer.Ordinal);

    public Task<TAnswer> Join(string key, Func<Task<TAnswer>> start)
    {
        if (calls.TryGetValue(key, out var running))
            return running;

        var call = Run(key, start);
        // One that ended at once has already left again.
        if (!call.IsCompleted)
            calls.Add(key, call);
        return call;
    }

    private async Task<TAnswer> Run(string key, Func<Task<TAnswer>> start)
    {
        try
        {
            return await start();
        }
        finally
        {
            calls.Remove(key);
        }
    }
}
