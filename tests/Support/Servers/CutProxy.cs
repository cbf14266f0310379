using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Testing.Servers;

/// <summary>A TCP proxy before a server on the loopback that breaks what goes through it. Thread-safe.</summary>
public sealed class CutProxy : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<ProxiedConnection, bool> _connections = new();
    private readonly int _target;
    private volatile TaskCompletionSource? _stalled;
    private volatile Cut? _next;
    private volatile int _refused;

    /// <param name="target">The server's port.</param>
    public CutProxy(int target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _ = Task.Run(Accept);
    }

    public int Port { get; }

    /// <summary>New connections are ended as soon as they come.</summary>
    public bool Refuses { get; set; }

    /// <summary>How many were ended like that.</summary>
    public int Refused => _refused;

    /// <summary>How long each piece of an answer takes longer.</summary>
    public TimeSpan Delay { get; set; }

    public int Connections => _connections.Count;

    /// <summary>Ends all connections, without a farewell.</summary>
    public void CutAll()
    {
        foreach (var connection in _connections.Keys)
            connection.Dispose();
    }

    /// <summary>
    /// Once, when something with this text goes to the server: passes on only a part of it, then ends the connection.
    /// </summary>
    /// <param name="marker">A text of the message, as it stands in its bytes.</param>
    /// <param name="part">0: nothing of it arrives; 1: all but its last byte.</param>
    public Task CutBefore(string marker, double part) => Expect(new Cut(marker, part, LosesAnswer: false));

    /// <summary>Once: the message with this text arrives whole, but not its answer; then the connection ends.</summary>
    public Task CutAnswerTo(string marker) => Expect(new Cut(marker, 1, LosesAnswer: true));

    /// <summary>From now on nothing passes, in either direction; connections stay open.</summary>
    public void Stall() => _stalled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume()
    {
        var stalled = _stalled;
        _stalled = null;
        stalled?.TrySetResult();
    }

    public void Dispose()
    {
        _listener.Dispose();
        CutAll();
        Resume();
    }

    internal Task Passage => _stalled?.Task ?? Task.CompletedTask;

    /// <summary>The cut that this message asks for; it is taken, so that no other message gets it.</summary>
    internal Cut? CutFor(ReadOnlySpan<byte> message) =>
        _next is { } cut && message.IndexOf(cut.Bytes) >= 0 && Interlocked.CompareExchange(ref _next, null, cut) == cut ? cut : null;

    internal void Ended(ProxiedConnection connection) => _connections.TryRemove(connection, out _);

    private Task Expect(Cut cut)
    {
        _next = cut;
        return cut.Done.Task;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync();
                if (Refuses)
                {
                    client.Close(0);
                    _refused++;
                    continue;
                }

                var connection = new ProxiedConnection(this, client);
                _connections[connection] = true;
                _ = connection.Run(_target);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The proxy has ended.
        }
    }

    internal sealed record Cut(string Marker, double Part, bool LosesAnswer)
    {
        public byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Marker);

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Passes(int length) => LosesAnswer ? length : (int)(Part * (length - 1));
    }
}
