using System.Globalization;
using System.Text;

namespace Shop.Benches.Load.Api;

/// <param name="Key">The Idempotency-Key: the same request always carries the same one.</param>
/// <param name="Method">What the simulated gateway is told to do: <c>tok_ok</c>, <c>tok_declined</c> …</param>
internal sealed record OrderRequest(string Key, string CustomerId, IReadOnlyList<RequestLine> Lines, string Method)
{
    public const string Currency = "EUR";

    public string ToJson()
    {
        var json = new StringBuilder(160);
        json.Append(CultureInfo.InvariantCulture, $"{{\"customerId\":\"{CustomerId}\",\"currency\":\"{Currency}\",\"items\":[");
        for (var at = 0; at < Lines.Count; at++)
        {
            json.Append(at == 0 ? "" : ",");
            json.Append(CultureInfo.InvariantCulture, $"{{\"productId\":\"{Lines[at].ProductId}\",\"quantity\":{Lines[at].Quantity}}}");
        }
        return json.Append(CultureInfo.InvariantCulture, $"],\"payment\":{{\"method\":\"{Method}\"}}}}").ToString();
    }
}

internal sealed record RequestLine(string ProductId, int Quantity);
