using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs;

/// <summary>Mostly created once and hardly ever read.</summary>
[Alias("spec.ITicket")]
public interface ITicket : IGrainWithStringKey
{
    /// <summary>Issues the ticket unless it exists; either way, says to whom it belongs.</summary>
    [Alias("Issue")] Task<string> Issue(string holder, string? publish = null);

    [Alias("Holder")] Task<string?> Holder();

    /// <summary>Looks at the state before anything is known of it.</summary>
    [Alias("Peek")] Task<string?> Peek();

    /// <summary>Changes a map before anything is known of it.</summary>
    [Alias("StampUnread")] Task StampUnread();

    [Alias("Stamp")] Task Stamp(string stamp);

    [Alias("Stamps")] Task<string[]> Stamps();
}

[GenerateSerializer, Alias("spec.TicketState")]
public sealed record TicketState([property: Id(0)] string Holder);

[GrainType("ticket"), Reentrant]
public sealed class TicketGrain([Durable(LoadOnDemand = true)] IDurable<TicketState> ticket, [Durable("stamps")] IDurableMap<TicketState> stamps) : Grain, ITicket
{
    public async Task<string> Issue(string holder, string? publish = null)
    {
        var outgoing = publish is null ? null : new Outgoing().Publish("streams", StreamId.Create("tickets", "t"), new CounterChanged(publish));
        return await ticket.TryCreate(new TicketState(holder), outgoing) ? holder : ticket.State!.Holder;
    }

    public async Task<string?> Holder()
    {
        await ticket.Load();
        return ticket.State?.Holder;
    }

    public Task<string?> Peek() => Task.FromResult(ticket.State?.Holder);

    public Task StampUnread()
    {
        stamps.Set("stray", new TicketState("stray"));
        return Task.CompletedTask;
    }

    public async Task Stamp(string stamp)
    {
        await ticket.Load();
        stamps.Set(stamp, new TicketState(stamp));
        await ticket.Commit(ticket.State!);
    }

    public async Task<string[]> Stamps()
    {
        await ticket.Load();
        return [.. stamps.Entries.Select(stamp => stamp.Key)];
    }
}
