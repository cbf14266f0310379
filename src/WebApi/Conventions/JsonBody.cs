using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Shop.WebApi.Conventions;

/// <summary>Reads a request's JSON body: bounded, strict UTF-8, no reflection. Whatever is wrong comes back as a problem, never as an exception.</summary>
internal static class JsonBody
{
    public const int MaximumBytes = 64 * 1024;

    /// <summary>No request of the contract nests deeper than four; the rest is an attack on the parser.</summary>
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    /// <param name="read">Turns the root object into a request; may return null only after noting a fault.</param>
    /// <param name="whenEmpty">What an empty body means; null when a body is required.</param>
    public static async ValueTask<Parsed<T>> Read<T>(HttpRequest request, Func<ObjectReader, T?> read, T? whenEmpty = null)
        where T : class
    {
        if (request.ContentLength > MaximumBytes)
        {
            return Problem.OfStatus(StatusCodes.Status413PayloadTooLarge);
        }

        var body = request.BodyReader;
        while (true)
        {
            var chunk = await body.ReadAsync(request.HttpContext.RequestAborted);
            if (chunk.Buffer.Length > MaximumBytes)
            {
                // Consumed, so that the server can drain the rest and the client gets to read the answer.
                body.AdvanceTo(chunk.Buffer.End);
                return Problem.OfStatus(StatusCodes.Status413PayloadTooLarge);
            }

            if (chunk.IsCompleted)
            {
                var parsed = Parse(request, chunk.Buffer, read, whenEmpty);
                body.AdvanceTo(chunk.Buffer.End);
                return parsed;
            }

            body.AdvanceTo(chunk.Buffer.Start, chunk.Buffer.End);
        }
    }

    private static Parsed<T> Parse<T>(HttpRequest request, ReadOnlySequence<byte> body, Func<ObjectReader, T?> read, T? whenEmpty)
        where T : class
    {
        if (body.IsEmpty)
        {
            return whenEmpty is not null ? whenEmpty : Problem.Validation("A JSON body is required.");
        }

        return IsUtf8Json(request) ? Parse(body, read) : Problem.OfStatus(StatusCodes.Status415UnsupportedMediaType);
    }

    internal static Parsed<T> Parse<T>(ReadOnlySequence<byte> body, Func<ObjectReader, T?> read)
        where T : class
    {
        var bytes = body.IsSingleSegment ? body.First : body.ToArray();
        if (!Utf8.IsValid(bytes.Span))
        {
            return Problem.Validation("The body is not valid UTF-8.");
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            var faults = new FieldFaults();
            var request = read(ObjectReader.Root(document.RootElement, faults));
            return faults.Any ? Problem.Validation(faults) : request!;
        }
        catch (JsonException fault)
        {
            return Problem.Validation(
                $"The body is not valid JSON, or nests deeper than {Strict.MaxDepth} levels: line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.");
        }
        catch (MalformedNameException)
        {
            return Problem.Validation("The name of a member holds half of a surrogate pair.");
        }
    }

    private static bool IsUtf8Json(HttpRequest request)
    {
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            return false;
        }

        return type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>A request read from a body, or why it could not be.</summary>
internal readonly record struct Parsed<T>(T? Value, Problem? Problem)
    where T : class
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static implicit operator Parsed<T>(Problem problem) => new(null, problem);

    public bool Failed([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Problem? problem, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out T? value)
    {
        (problem, value) = (Problem, Value);
        return problem is not null;
    }
}
