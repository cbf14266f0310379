using System.Diagnostics.CodeAnalysis;

namespace Shop.Stock;

/// <summary>Which entries of a map can be forgotten, earliest first. In memory: rebuilt from the map at activation.</summary>
internal sealed class Expiries
{
    private readonly PriorityQueue<string, DateTimeOffset> queue = new();

    public void Add(string key, DateTimeOffset after) => queue.Enqueue(key, after);

    /// <summary>Takes the earliest one that is over.</summary>
    public bool TryTake(DateTimeOffset now, [MaybeNullWhen(false)] out string key)
    {
        if (queue.TryPeek(out key, out var after) && now > after)
        {
            queue.Dequeue();
            return true;
        }

        key = null;
        return false;
    }
}
