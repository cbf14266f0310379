using System.Diagnostics;
using Shop.Values;

namespace Shop.WebApi.Conventions;

/// <summary>Ties a request to everything it causes: X-Correlation-Id in and out, traceparent from the current activity.</summary>
internal static class RequestTrace
{
    public const string CorrelationHeader = "X-Correlation-Id";
    private const int MaximumLength = 128;

    public static TraceContext Of(HttpContext http) => new(CorrelationId(http), null, Activity.Current?.Id);

    /// <summary>The client's, when it is 1 to 128 visible ASCII characters; else the trace id. A bad one is no reason to refuse an order.</summary>
    public static string CorrelationId(HttpContext http)
    {
        var given = http.Request.Headers[CorrelationHeader];
        return given is [{ Length: >= 1 and <= MaximumLength } text] && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? text
            : Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
    }
}
