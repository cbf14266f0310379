using System.Net;
using System.Net.Sockets;

namespace Testing.Servers;

/// <summary>One client's way through a <see cref="CutProxy"/>.</summary>
internal sealed class ProxiedConnection(CutProxy proxy, Socket client) : IDisposable
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private volatile CutProxy.Cut? _losesAnswer;
    private int _ended;

    public async Task Run(int port)
    {
        client.NoDelay = true;
        try
        {
            await _server.ConnectAsync(IPAddress.Loopback, port);
            await Task.WhenAny(Requests(), Answers());
        }
        catch (SocketException)
        {
            // The server is away, and so is this connection.
        }

        Dispose();
    }

    /// <summary>Ends both sides with a reset.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
            return;

        client.Close(0);
        _server.Close(0);
        proxy.Ended(this);
    }

    private Task Requests() => Pump(client, async message =>
    {
        if (proxy.CutFor(message.Span) is not { } cut)
        {
            await Send(_server, message);
            return true;
        }

        if (cut.LosesAnswer)
            _losesAnswer = cut;

        await Send(_server, message[..cut.Passes(message.Length)]);
        if (cut.LosesAnswer)
            return true;

        Dispose();
        cut.Done.TrySetResult();
        return false;
    });

    private Task Answers() => Pump(_server, async message =>
    {
        if (_losesAnswer is { } cut)
        {
            Dispose();
            cut.Done.TrySetResult();
            return false;
        }

        if (proxy.Delay is { Ticks: > 0 } delay)
        {
            using var timer = new PeriodicTimer(delay);
            await timer.WaitForNextTickAsync();
        }

        await Send(client, message);
        return true;
    });

    private async Task Pump(Socket from, Func<Memory<byte>, Task<bool>> pass)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                await proxy.Passage;
                if (!await pass(buffer.AsMemory(0, length)))
                    return;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Either side has gone; the other one follows.
        }
    }

    private static async Task Send(Socket to, Memory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await to.SendAsync(bytes)..];
    }
}
