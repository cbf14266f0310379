using System.Diagnostics.CodeAnalysis;
using Shop.Values;

namespace Shop.WebApi.Conventions;

/// <summary>The Idempotency-Key of a request that changes something.</summary>
internal static class RequestKey
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    public static bool Missing(HttpRequest request, out IdempotencyKey key, [NotNullWhen(true)] out Problem? problem)
    {
        var values = request.Headers[Header];
        problem = values.Count switch
        {
            0 => Problem.Validation($"The {Header} header is required: it makes repeating this request safe."),
            1 when IdempotencyKey.TryParse(values[0], out key) => null,
            1 => Problem.Validation($"{Header} must be 1 to {IdempotencyKey.MaximumLength} visible ASCII characters without spaces."),
            _ => Problem.Validation($"{Header} must be given once."),
        };
        key = problem is null ? new IdempotencyKey(values[0]!) : default;
        return problem is not null;
    }

    /// <summary>Says that this answer was given before.</summary>
    public static void MarkReplayed(HttpResponse response, bool replayed = true)
    {
        if (replayed)
        {
            response.Headers[ReplayedHeader] = "true";
        }
    }
}
