using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Shop.Benches.Load.Wire;

/// <param name="Body">Valid until the next request on the same connection.</param>
internal readonly record struct WireAnswer(int Status, ReadOnlyMemory<byte> Body);

/// <summary>
/// One HTTP/1.1 connection without pooling, header objects or strings: a driver that shares the machine with the shop must take as
/// little of it as it can. One request at a time. Understands what an honest server sends: Content-Length or chunks.
/// </summary>
internal sealed class WireConnection(string host, int port) : IDisposable
{
    private Socket? socket;
    private byte[] buffer = new byte[16 * 1024];

    /// <exception cref="IOException">The connection ended or the answer made no sense; the next request opens a new one.</exception>
    public async ValueTask<WireAnswer> Send(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        try
        {
            socket ??= await Connect(cancel);
            for (var sent = 0; sent < request.Length;)
                sent += await socket.SendAsync(request[sent..], SocketFlags.None, cancel);
            return await Receive(socket, cancel);
        }
        catch (Exception fault)
        {
            Dispose();
            if (fault is SocketException)
                throw new IOException(fault.Message, fault);
            throw;
        }
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private async Task<Socket> Connect(CancellationToken cancel)
    {
        var opened = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await opened.ConnectAsync(host, port, cancel);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private async ValueTask<WireAnswer> Receive(Socket from, CancellationToken cancel)
    {
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var read = await from.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None, cancel);
            if (read == 0)
                throw new IOException("The server closed the connection.");
            filled += read;
            if (TryParse(buffer.AsSpan(0, filled), out var status, out var start, out var length))
                return new WireAnswer(status, buffer.AsMemory(start, length));
        }
    }

    // False: more bytes are needed. Chunks are moved together in place, once the last one has arrived.
    private static bool TryParse(Span<byte> received, out int status, out int start, out int length)
    {
        (status, start, length) = (0, 0, 0);
        var headerEnd = received.IndexOf("\r\n\r\n"u8);
        if (headerEnd < 0)
            return false;
        var headers = received[..(headerEnd + 2)];
        start = headerEnd + 4;
        if (!headers.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(headers[9..], out status, out _))
            throw new IOException("Not an HTTP/1.1 answer.");
        if (Header(headers, "Content-Length: "u8) is { IsEmpty: false } text && Utf8Parser.TryParse(text, out length, out _))
            return received.Length >= start + length;
        if (Header(headers, "Transfer-Encoding: "u8).SequenceEqual("chunked"u8))
            return Chunks.TryJoin(received[start..], out length);
        throw new IOException("An answer without a length.");
    }

    // Names are written in any case: Node's servers write small letters.
    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> name)
    {
        for (int end; (end = headers.IndexOf("\r\n"u8)) >= 0; headers = headers[(end + 2)..])
        {
            if (end >= name.Length && Ascii.EqualsIgnoreCase(headers[..name.Length], name))
                return headers[name.Length..end];
        }
        return [];
    }
}
