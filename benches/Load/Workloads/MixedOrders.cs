using System.Globalization;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Shop.Benches.Load.Workloads;

/// <summary>Makes the requests of one run: the same seed makes the same ones.</summary>
/// <param name="declinedPercent">Share of orders whose card is refused.</param>
/// <param name="captureFailsPercent">Share of orders whose money cannot be captured.</param>
internal sealed class MixedOrders(string run, IReadOnlyList<StockedProduct> products, int declinedPercent, int captureFailsPercent = 0)
{
    private const int MaximumLines = 3;
    private const int MaximumQuantity = 3;

    public OrderRequest Next(Random random, int client, int number)
    {
        var lines = Enumerable.Range(0, random.Next(1, MaximumLines + 1))
            .Select(_ => products[random.Next(products.Count)].Id)
            .Distinct()
            .Select(id => new RequestLine(id, random.Next(1, MaximumQuantity + 1)))
            .ToList();
        var dice = random.Next(100);
        var method = dice < declinedPercent ? PaymentMethods.Declined
            : dice < declinedPercent + captureFailsPercent ? PaymentMethods.CaptureFails
            : PaymentMethods.Ok;
        return new OrderRequest(
            string.Create(CultureInfo.InvariantCulture, $"{run}-{client}-{number}"),
            string.Create(CultureInfo.InvariantCulture, $"c-{client}"),
            lines,
            method);
    }
}
