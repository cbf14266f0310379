using Microsoft.Extensions.Logging;
using Orleans.Streams.RabbitMQ.Topology;
using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Connections;

/// <summary>
/// One connection to the broker, made again whenever it is asked for and gone. RabbitMQ.Client's own recovery stays off: it would revive
/// channels behind our back, with delivery tags that mean other messages. Thread-safe.
/// </summary>
internal sealed partial class BrokerConnection(
    BrokerPurpose purpose,
    RabbitMqStreamOptions options,
    BrokerAddress address,
    BrokerTopology topology,
    string clientName,
    StreamMetrics metrics,
    TimeProvider time,
    ILogger<BrokerConnection> logger) : IAsyncDisposable
{
    private const ushort ReplySuccess = 200;
    private const uint LargestMessage = 512 * 1024 * 1024;
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private IConnection? _connection;
    private Task _closing = Task.CompletedTask;
    private AmqpTcpEndpoint? _left;
    private Exception? _fault;
    private int _attempts;
    private bool _wasOpen;
    private volatile bool _disposed;
    private long _blockedSince;

    /// <summary>The broker has said that it takes nothing for now: its memory or disk is full.</summary>
    public bool IsBlocked => Volatile.Read(ref _blockedSince) != 0;

    /// <summary>Nobody gets a connection any more.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>An open connection; everything the provider needs is declared on the broker. Tries until there is one.</summary>
    public async Task<IConnection> Open(CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await TryOpen(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not ObjectDisposedException && !cancellationToken.IsCancellationRequested)
            {
                // The first time at once, then ever more seldom: a broker may be away for hours.
                if (System.Numerics.BitOperations.IsPow2(failures))
                    LogNotOpen(purpose, address.ToString(), failures, e.GetBaseException().Message);
                await Task.Delay(Backoff.After(failures), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>An open connection, or why there is none.</summary>
    public async Task<IConnection> TryOpen(CancellationToken cancellationToken)
    {
        var attempts = Volatile.Read(ref _attempts);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connection is { IsOpen: true } open)
                return open;

            // Somebody has tried meanwhile: all who wanted a connection at once share what came of it.
            if (_attempts != attempts && _fault is { } fault)
                throw new IOException(fault.GetBaseException().Message, fault);

            Drop();
            var connection = await OpenAnother(cancellationToken).ConfigureAwait(false);
            if (_wasOpen)
                metrics.Reconnected(purpose);
            _wasOpen = true;
            LogOpen(purpose, connection.Endpoint.HostName, connection.Endpoint.Port);
            Volatile.Write(ref _connection, connection);
            return connection;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The connection is no good any more, whatever it says itself. The next one to ask gets another.</summary>
    public async Task Discard(IConnection bad, string why)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (!ReferenceEquals(_connection, bad))
                return;

            LogDiscarded(purpose, why);
            Drop();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Those who wait for a connection get an <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _disposed = true;
            Drop();
        }
        finally
        {
            _gate.Release();
        }

        await _closing.WaitAsync(2 * CloseLimit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<IConnection> OpenAnother(CancellationToken cancellationToken)
    {
        IConnection? connection = null;
        try
        {
            connection = await Connect(cancellationToken).ConfigureAwait(false);
            await topology.Declare(connection, cancellationToken).ConfigureAwait(false);
            _fault = null;
            return connection;
        }
        catch (Exception e)
        {
            // Who gave up waiting says nothing about the broker.
            _fault = cancellationToken.IsCancellationRequested ? null : e;
            if (connection is not null)
            {
                _left = connection.Endpoint;
                await Close(connection).ConfigureAwait(false);
            }

            throw;
        }
        finally
        {
            _attempts++;
        }
    }

    private async Task<IConnection> Connect(CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { RequestedConnectionTimeout = options.ConnectTimeout };
        address.Configure(factory);
        options.ConfigureConnection?.Invoke(factory);
        factory.AutomaticRecoveryEnabled = false;
        factory.TopologyRecoveryEnabled = false;
        factory.RequestedHeartbeat = options.Heartbeat;
        // As much as any broker may have taken from a stranger: what the client refuses would end the connection again and again.
        factory.MaxInboundMessageBodySize = LargestMessage;
        // Deliveries of a channel keep their order.
        factory.ConsumerDispatchConcurrency = 1;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConnectTimeout);
        var connection = await factory
            .CreateConnectionAsync(new LeftNodeLast(address.Endpoints(factory), _left), $"{clientName} ({purpose})", limit.Token)
            .ConfigureAwait(false);
        connection.ConnectionBlockedAsync += (_, blocked) => Blocked(connection, blocked.Reason);
        connection.ConnectionUnblockedAsync += (_, _) => EndBlock(connection);
        return connection;
    }

    private Task Blocked(IConnection connection, string reason)
    {
        // What a connection that is given up already still says is nobody's business.
        if (ReferenceEquals(Volatile.Read(ref _connection), connection))
        {
            LogBlocked(purpose, reason);
            Interlocked.CompareExchange(ref _blockedSince, time.GetTimestamp(), 0);
        }

        return Task.CompletedTask;
    }

    private Task EndBlock(IConnection connection)
    {
        if (ReferenceEquals(Volatile.Read(ref _connection), connection))
            EndBlock();
        return Task.CompletedTask;
    }

    private void EndBlock()
    {
        if (Interlocked.Exchange(ref _blockedSince, 0) is var since and not 0)
            metrics.WasBlocked(time.GetElapsedTime(since));
    }

    /// <summary>Nobody waits for the farewell: with a broker that does not answer it takes many seconds, whatever limit it is given.</summary>
    private void Drop()
    {
        if (_connection is not { } connection)
            return;

        _left = connection.Endpoint;
        Volatile.Write(ref _connection, null);
        EndBlock();
        _closing = Task.WhenAll(_closing, Close(connection));
    }

    private static async Task Close(IConnection connection)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await connection.AbortAsync(ReplySuccess, "Goodbye", CloseLimit).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is gone either way, and nothing depends on how.
        }
    }
}

/// <summary>Alarms of the broker block connections that publish; deliveries and their answers go on beside it.</summary>
internal enum BrokerPurpose
{
    /// <summary>Messages leave on it.</summary>
    Publishing,

    /// <summary>Messages come on it.</summary>
    Consuming,

    /// <summary>Dead letters are looked at, or bindings removed.</summary>
    Inspecting,

    /// <summary>Somebody hears what is published.</summary>
    Listening,
}
