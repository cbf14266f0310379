using System.Collections.Concurrent;

namespace RabbitMq.Specs;

/// <summary>All that the listeners of one spec's silos have heard, and what they are told to do with it. Thread-safe.</summary>
public sealed class Audience
{
    private readonly ConcurrentQueue<(string Stream, string Id)> _heard = new();
    private readonly ConcurrentQueue<(string Stream, string Id)> _offered = new();
    private volatile Func<string, Note, Task> _rule = (_, _) => Task.CompletedTask;

    /// <summary>What was taken, in order.</summary>
    public IReadOnlyList<(string Stream, string Id)> Heard => [.. _heard];

    /// <summary>What was offered, also what was refused then.</summary>
    public IReadOnlyList<(string Stream, string Id)> Offered => [.. _offered];

    public IEnumerable<string> Ids => _heard.Select(heard => heard.Id);

    /// <summary>Whoever hears a note does this first; an exception refuses it.</summary>
    public void Rule(Func<string, Note, Task> rule) => _rule = rule;

    /// <summary>Notes with these ids are refused.</summary>
    public void Refuse(params string[] ids) =>
        Rule((_, note) => ids.Contains(note.Id) ? throw new InvalidOperationException($"I will not hear {note.Id}.") : Task.CompletedTask);

    /// <summary>All notes are taken again.</summary>
    public void Relent() => Rule((_, _) => Task.CompletedTask);

    /// <summary>Notes for which this holds are kept waiting until the gate is opened.</summary>
    public TaskCompletionSource Hold(Func<string, Note, bool> which)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Rule((stream, note) => which(stream, note) ? gate.Task : Task.CompletedTask);
        return gate;
    }

    public async Task Hear(string stream, Note note)
    {
        _offered.Enqueue((stream, note.Id));
        await _rule(stream, note);
        _heard.Enqueue((stream, note.Id));
    }
}
