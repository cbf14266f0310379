using System.Globalization;
using System.Text;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Shop.Benches.Load.Wire;

/// <summary>The bytes of a request that places an order of one piece.</summary>
internal static class OrderPost
{
    public const int MaximumLength = 1024;

    /// <param name="into">At least <see cref="MaximumLength"/> bytes.</param>
    /// <param name="host">Of the shop, with its port.</param>
    /// <param name="customer">Who buys.</param>
    /// <param name="productId">What.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="waitSeconds">How long the shop may hold the answer back for an outcome; 0: not at all.</param>
    /// <returns>How many bytes.</returns>
    public static int Write(byte[] into, string host, string customer, string productId, string key, int waitSeconds)
    {
        var body = new OrderRequest(key, customer, [new RequestLine(productId, 1)], PaymentMethods.Ok).ToJson();
        var prefer = waitSeconds == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"Prefer: wait={waitSeconds}\r\n");
        return Encoding.ASCII.GetBytes(
            $"POST /v1/orders HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{prefer}"
            + $"Idempotency-Key: {key}\r\nContent-Length: {body.Length}\r\n\r\n{body}", into);
    }
}
