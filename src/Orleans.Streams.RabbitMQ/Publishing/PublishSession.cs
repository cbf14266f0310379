using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Publishing;

/// <summary>The life of one publishing channel. Its publisher's lock guards it.</summary>
internal sealed class PublishSession(IConnection connection, IChannel channel, int limit) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    public IConnection Connection => connection;

    public IChannel Channel => channel;

    public ConfirmWindow Window { get; } = new(limit);

    /// <summary>What has ended it; null while it lives.</summary>
    public string? Fault { get; private set; }

    /// <summary>It sends nothing more, and ends when the broker has answered for all that it has sent.</summary>
    public bool IsRetiring { get; set; }

    /// <summary>A broker that does not read blocks whoever writes to it: this lets go.</summary>
    public CancellationToken Ended => _ended.Token;

    public void End(string fault) => Fault ??= fault;

    /// <summary>Not under the lock: continuations may run here.</summary>
    public void LetGo()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Its publisher has seen the end by itself.
        }
    }

    public void Dispose() => _ended.Dispose();
}
