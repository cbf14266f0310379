using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Logs;

/// <summary>What the database is asked: one question at a time for all who wait.</summary>
internal sealed partial class LogWatch
{
    private bool _isOut;

    /// <summary>Under the gate.</summary>
    private void Work()
    {
        _work.TrySetResult();
        if (_isAtWork)
            return;

        _isAtWork = true;
        // It outlives whoever came first: nothing of his context belongs into it.
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(AskWhileSomebodyWaits);
    }

    private async Task AskWhileSomebodyWaits()
    {
        var isDue = false;
        while (Next(isDue) is { } question)
        {
            var isAnswered = await TryAsk(question).ConfigureAwait(false);
            Under(() => _isAsking = false);
            // Without others nothing comes by itself; then only what could not be answered is asked again.
            isDue = (!isAnswered || question.IsLast) && !await Comes(question.Work).ConfigureAwait(false);
        }
    }

    /// <summary>What is to be asked; null: nothing more, for the time being.</summary>
    private Question? Next(bool isDue)
    {
        using var scope = _gate.EnterScope();
        if (_work.Task.IsCompleted)
            _work = New();

        List<EntityWait> waits = [];
        while (waits.Count < LargestQuestion && _unchecked.TryDequeue(out var wait))
        {
            if (!wait.IsGone && !wait.Task.IsCompleted)
                waits.Add(wait);
        }

        var asksHeads = _isStale || isDue;
        if (_isClosed || _waiting == 0 || (waits.Count == 0 && !asksHeads && !dialect.Logs.IsShared))
        {
            _isAtWork = false;
            return null;
        }

        _isStale = false;
        _isAsking = true;
        return new Question(waits, asksHeads, _unchecked.Count == 0, _work.Task);
    }

    private async Task<bool> TryAsk(Question question)
    {
        try
        {
            if (question.AsksHeads)
            {
                var asked = Owners();
                Take(asked, await dialect.Logs.ReadHeads(asked, CancellationToken.None).ConfigureAwait(false));
            }

            if (question.Waits.Count > 0)
            {
                var found = await dialect.Logs.HaveMore([.. question.Waits.Select(wait => wait.After)],
                    CancellationToken.None).ConfigureAwait(false);
                for (var i = 0; i < found.Count; i++)
                {
                    if (found[i])
                        question.Waits[i].TrySetResult();
                }
            }

            _isOut = false;
            return true;
        }
        catch (Exception e)
        {
            // Every question of an outage comes here.
            if (!_isOut)
                LogOut(e);

            _isOut = true;
            using var scope = _gate.EnterScope();
            _isStale |= question.AsksHeads;
            foreach (var wait in question.Waits)
                _unchecked.Enqueue(wait);

            return false;
        }
    }

    private long[] Owners()
    {
        using var scope = _gate.EnterScope();
        return [.. _heads.Keys];
    }

    private void Take(long[] asked, IReadOnlyList<LogHead> heads)
    {
        using var scope = _gate.EnterScope();
        var haveMoved = false;
        foreach (var head in heads)
        {
            if (!_heads.TryGetValue(head.Owner, out var known) || known < head.Id)
            {
                _heads[head.Owner] = head.Id;
                haveMoved = true;
            }
            else if (!head.MayMove)
            {
                // Those who wait have seen the last of it.
                _heads.Remove(head.Owner);
            }
        }

        // Whoever names those that are not there, or are forgotten, leaves nothing behind.
        foreach (var owner in asked.Except(heads.Select(head => head.Owner)))
        {
            if (_heads.GetValueOrDefault(owner) == 0)
                _heads.Remove(owner);
        }

        // Otherwise all who wait have been told already: what they wait for depends on nothing else.
        if (haveMoved)
        {
            Pulse();
            CheckAll();
            _work.TrySetResult();
        }
    }

    /// <returns>False: nobody has come for so long that it is time to look for what others have written.</returns>
    private async Task<bool> Comes(Task work)
    {
        try
        {
            await work.WaitAsync(options.Value.LogPollInterval, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    [LoggerMessage(40, LogLevel.Warning,
        "The database cannot be asked for new entries of logs; whoever waits for them waits until it answers")]
    private partial void LogOut(Exception error);

    /// <param name="Waits">Whose entities are looked up.</param>
    /// <param name="AsksHeads">Whether it is asked how far everybody has come.</param>
    /// <param name="IsLast">Nobody else is unchecked.</param>
    /// <param name="Work">Ends when somebody comes.</param>
    private sealed record Question(List<EntityWait> Waits, bool AsksHeads, bool IsLast, Task Work);
}
