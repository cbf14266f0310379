using System.Buffers.Text;

namespace Shop.Benches.Load.Wire;

/// <summary>Chunked transfer coding.</summary>
internal static class Chunks
{
    /// <summary>Moves the chunks' contents together at the start of <paramref name="body"/>; false and untouched while the last chunk is missing.</summary>
    public static bool TryJoin(Span<byte> body, out int length)
    {
        length = 0;
        if (!IsComplete(body))
            return false;
        for (var at = 0; Next(body, at, out var start, out var size) && size > 0; at = start + size + 2)
        {
            body.Slice(start, size).CopyTo(body[length..]);
            length += size;
        }
        return true;
    }

    private static bool IsComplete(ReadOnlySpan<byte> body)
    {
        var at = 0;
        while (Next(body, at, out var start, out var size))
        {
            at = start + size + 2;
            if (size == 0)
                return at <= body.Length;
        }
        return false;
    }

    private static bool Next(ReadOnlySpan<byte> body, int at, out int start, out int size)
    {
        (start, size) = (0, 0);
        if (at >= body.Length)
            return false;
        var lineEnd = body[at..].IndexOf("\r\n"u8);
        if (lineEnd < 0)
            return false;
        if (!Utf8Parser.TryParse(body.Slice(at, lineEnd), out size, out var used, 'x') || used == 0)
            throw new IOException("A chunk without a size.");
        start = at + lineEnd + 2;
        return true;
    }
}
