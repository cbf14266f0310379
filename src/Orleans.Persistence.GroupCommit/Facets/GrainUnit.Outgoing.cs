using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit;

internal sealed partial class GrainUnit
{
    /// <summary>Adds what is to leave with the next commit.</summary>
    public void Take(Outgoing outgoing)
    {
        outgoing.ThrowIfTaken();
        if (outgoing.Events is { } events)
        {
            foreach (var leaving in events.Where(leaving => leaving.Provider.Length > 0))
                providers.Require(leaving.Provider);
        }

        outgoing.Taken = true;
        Take(outgoing.Events, ref _events);
        Take(outgoing.Schedules, ref _schedules);
    }

    private static void Take<T>(List<T>? from, ref List<T>? into)
    {
        if (into is null)
            into = from;
        else if (from is not null)
            into.AddRange(from);
    }

    private OutboxRow[] TakeOutbox()
    {
        if (_events is not { } events)
            return [];

        var rows = new OutboxRow[events.Count];
        var now = time.GetUtcNow();
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = RowOf(events[i], now);
        }

        _events = null;
        return rows;
    }

    private OutboxRow RowOf(in OutgoingEvent leaving, DateTimeOffset now)
    {
        var (provider, stream, item, place) = leaving;
        if (place is not { } its)
            return OutboxRow.For(provider, stream, serializer.SerializeToArray<object>(item), now, item);

        var stored = formats.Of(its.Log).Write(item);
        return provider.Length > 0 && providers!.Wants(provider, item)
            ? OutboxRow.For(provider, stream, stored, now, item, its)
            : new OutboxRow(0, "", "", "", stored, now) { Place = its };
    }

    private ScheduleWrite[] TakeSchedules()
    {
        if (_schedules is not { } schedules)
            return [];

        var writes = new ScheduleWrite[schedules.Count];
        for (var i = 0; i < writes.Length; i++)
        {
            var (target, name, dueAt) = schedules[i];
            writes[i] = new ScheduleWrite(target.ToString(), name, committer.NextId(), dueAt);
        }

        _schedules = null;
        return writes;
    }
}
