using Orleans.Persistence.GroupCommit;
using Shop.Events;

namespace Shop.Hosting.Audit;

/// <summary>
/// What is logged and was not heard yet, and what was heard and is not known to be logged yet. An event is logged before anybody can hear
/// of it, so what was heard before a reading of the log began and is not found there was found earlier: it is forgotten. Thread-safe.
/// </summary>
/// <param name="limit">How many events it remembers of either kind.</param>
internal sealed class WitnessNotes(int limit)
{
    private readonly Lock gate = new();
    private readonly Dictionary<EventName, UnheardEvent> unheard = [];

    // Since the reading of the log began, and before. Null: proven.
    private Dictionary<EventName, ShopEvent?> recent = [];
    private Dictionary<EventName, ShopEvent?> earlier = [];
    private bool isFull;

    /// <summary>Something had to be left out: nothing can be said any more.</summary>
    public bool IsFull
    {
        get
        {
            lock (gate)
                return isFull;
        }
    }

    /// <summary>An event has come from the broker. One that proves nothing is a claim, which may be as true as any.</summary>
    public void Hear(ShopEvent happened)
    {
        var name = new EventName(happened.Entity, happened.Sequence);
        lock (gate)
        {
            if (unheard.TryGetValue(name, out var logged))
            {
                if (happened.Proven)
                    unheard.Remove(name);
                else
                    unheard[name] = logged with { Claim = logged.Claim ?? happened };
            }
            else if (recent.Count >= limit)
            {
                isFull = true;
            }
            else if (happened.Proven)
            {
                recent[name] = null;
            }
            else
            {
                recent.TryAdd(name, happened);
            }
        }
    }

    /// <summary>The log is about to be read, up to where it ends now or further.</summary>
    public void BeginReading()
    {
        lock (gate)
            (earlier, recent) = (recent, []);
    }

    /// <summary>This was in the log.</summary>
    public void Read(IEnumerable<DurableLogPlace> places)
    {
        lock (gate)
        {
            foreach (var place in places)
            {
                var name = new EventName(place.Entity, place.Sequence);
                // What is claimed takes nothing away from what was proven.
                if (!IsProven(recent, name, out var late) && !IsProven(earlier, name, out var first))
                    Add(name, new UnheardEvent(place, first ?? late));
            }
        }
    }

    /// <summary>What is logged and was not heard so far.</summary>
    public IReadOnlyList<DurableLogPlace> FindUnheard()
    {
        lock (gate)
            return [.. unheard.Values.Select(logged => logged.Place)];
    }

    /// <summary>Those of these that were not heard by now. They are waited for no longer.</summary>
    public IReadOnlyList<UnheardEvent> GiveUp(IEnumerable<DurableLogPlace> due)
    {
        var missing = new List<UnheardEvent>();
        lock (gate)
        {
            foreach (var place in due)
            {
                if (unheard.Remove(new EventName(place.Entity, place.Sequence), out var logged))
                    missing.Add(logged);
            }
        }

        return missing;
    }

    private static bool IsProven(Dictionary<EventName, ShopEvent?> heard, EventName name, out ShopEvent? claim) =>
        heard.TryGetValue(name, out claim) && claim is null;

    private void Add(EventName name, UnheardEvent logged)
    {
        if (unheard.Count >= limit)
            isFull = true;
        else
            unheard[name] = logged;
    }

    private readonly record struct EventName(string Entity, long Sequence);
}

/// <param name="Place">Where it is logged.</param>
/// <param name="Claim">What somebody has published under its name who does not prove to be the shop; null: nobody has.</param>
internal sealed record UnheardEvent(DurableLogPlace Place, ShopEvent? Claim);
