using System.Text.RegularExpressions;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Orleans.Streams.RabbitMQ.Publishing;

/// <summary>What comes back, and what does not.</summary>
internal sealed partial class Publisher
{
    /// <summary>What the client cannot put into frames. Anything else is the connection's fault, whatever it is called.</summary>
    private static bool IsOfTheMessage(Exception e) => e is WireFormattingException or ArgumentException or OverflowException or NotSupportedException;

    private Publication? NextWaiting()
    {
        while (_waiting.TryDequeue(out var next))
        {
            if (!next.HasEnded)
                return next;
        }

        return null;
    }

    private Task Answered(PublishSession session, ulong number, bool multiple, bool nacked, ref int confirmed)
    {
        var answered = new List<Publication>();
        lock (_gate)
        {
            session.Window.Answer(number, multiple, answered);
            if (nacked && !session.IsRetiring && _renewal.IsDue())
                session.IsRetiring = true;
            Signal();
        }

        foreach (var publication in answered)
        {
            if (publication.Returned is { } why)
                Fail(publication, "returned", $"No queue takes it: {why} (exchange '{publication.Exchange}', routing key '{publication.RoutingKey}').", mayBeStored: false);
            else if (nacked)
                Fail(publication, "nacked", "A queue has refused it (it is full, or fails); other queues that are bound may have it.", mayBeStored: true);
            else if (publication.Confirm())
                _metrics.Confirmed(_time.GetElapsedTime(publication.CalledAt));
        }

        if (!nacked)
            Interlocked.Add(ref confirmed, answered.Count);
        return Task.CompletedTask;
    }

    private Task Returned(PublishSession session, BasicReturnEventArgs returned)
    {
        lock (_gate)
        {
            if (session.Window.Find(returned.BasicProperties.MessageId, returned.RoutingKey) is { } publication)
                publication.Returned = returned.ReplyText;
        }

        return Task.CompletedTask;
    }

    private Task Ended(PublishSession session, string fault)
    {
        lock (_gate)
        {
            session.End(fault);
            // One that has retired was closed on purpose.
            if (!session.IsRetiring || session.Window.Count > 0)
                _lastFault = session.Fault!;
            Signal();
        }

        session.LetGo();
        return Task.CompletedTask;
    }

    /// <summary>What the broker has not answered is sent again before everything else.</summary>
    private void TakeBack(PublishSession session)
    {
        lock (_gate)
        {
            _session = null;
            var again = session.Window.Unanswered().Where(publication => !publication.HasEnded && !IsTooLarge(publication, session.Fault)).ToList();
            if (again.Count > 0)
                LogRepeating(again.Count, session.Fault ?? "the provider stops");
            foreach (var publication in again)
                publication.Returned = null;
            _waiting = new Queue<Publication>(again.Concat(_waiting));
        }
    }

    /// <summary>
    /// The broker's limit is lower than <see cref="RabbitMqStreamOptions.MaxMessageBytes"/>: it has closed the channel because of this message and
    /// would do so again and again. It says how long the message was.
    /// </summary>
    private static bool IsTooLarge(Publication publication, string? fault)
    {
        if (fault is null || MessageSize().Match(fault) is not { Success: true } match || match.Groups[1].Value != $"{publication.Body.Length}")
            return false;

        publication.Fail(new ArgumentException($"RabbitMQ refuses the message: {fault}"));
        return true;
    }

    [GeneratedRegex("message size ([0-9]+) is larger than")]
    private static partial Regex MessageSize();

    /// <summary>By the clock, several times within each limit.</summary>
    private void CheckDeadlines()
    {
        var now = _time.GetTimestamp();
        List<Publication> late;
        PublishSession? dead = null;
        lock (_gate)
        {
            late = [.. Outstanding().TakeWhile(publication => _time.GetElapsedTime(publication.CalledAt, now) >= _options.PublishTimeout).Where(publication => !publication.HasEnded)];
            if (_connection.IsBlocked)
                _patientSince = now;
            else if (_session is { Fault: null } session && session.Window.Oldest is { SentAt: > 0 } oldest
                && _time.GetElapsedTime(Math.Max(oldest.SentAt, _patientSince), now) >= _options.ConfirmTimeout)
            {
                dead = session;
            }
        }

        foreach (var publication in late)
            Fail(publication, "timed_out", TimeoutMessage(), publication.WasSent);
        lock (_gate)
        {
            // Nobody sends them any more, least of all while there is no connection.
            while (_waiting.TryPeek(out var first) && first.HasEnded)
                _waiting.Dequeue();
        }

        if (dead is not null)
        {
            _refusals.Note(BrokerRefusals.Of("timed_out"));
            _ = Ended(dead, $"the broker has confirmed nothing for {_options.ConfirmTimeout}");
        }
    }

    private string TimeoutMessage() => _connection.IsBlocked
        ? $"Not confirmed within {_options.PublishTimeout}: RabbitMQ blocks publishers, because its memory or disk is full."
        : $"Not confirmed within {_options.PublishTimeout}; the last fault was: {_lastFault}";

    private void Fail(Publication publication, string outcome, string message, bool mayBeStored)
    {
        _refusals.Note(BrokerRefusals.Of(outcome));
        if (publication.Fail(new RabbitMqPublishException(message, mayBeStored)))
            _metrics.Published(outcome);
    }

    /// <summary>Under the lock.</summary>
    private void Signal()
    {
        if (_work.CurrentCount == 0)
            _work.Release();
    }
}
