using System.Collections.Immutable;
using Shop.Orders;
using Shop.Values;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Orders;

/// <summary>Reads the body of POST /v1/orders and notes every fault in it.</summary>
internal static class OrderRequestReader
{
    public const int MaximumItems = 100;
    private const string Items = "items";
    private const string CustomerShape = "1 to 64 visible ASCII characters without spaces";
    private const string ItemsShape = "1 to 100 items";
    private const string ProductShape = "a product id: 1 to 64 lower-case letters, digits, hyphens, underscores and dots, starting with a letter or digit";
    private const string QuantityShape = "a whole number from 1 to 1000000";

    public static OrderRequest? Read(ObjectReader body)
    {
        var customer = Customer(body);
        var currency = body.Currency("currency");
        var lines = Lines(body);
        var method = PaymentMethods.Read(body);
        return body.Faults.Any ? null : new OrderRequest(customer, currency!, lines, method!);
    }

    private static CustomerId Customer(ObjectReader body)
    {
        var text = body.Text("customerId", CustomerShape);
        if (!CustomerId.TryParse(text, out var id) && text is not null)
        {
            body.Fault("customerId", $"must be {CustomerShape}");
        }

        return id;
    }

    private static ImmutableArray<RequestedLine> Lines(ObjectReader body)
    {
        if (body.Array(Items) is not { } items)
        {
            return [];
        }

        var count = items.GetArrayLength();
        if (count is < 1 or > MaximumItems)
        {
            // Thousands of items are not looked at one by one.
            body.Fault(Items, $"must hold {ItemsShape}");
            return [];
        }

        var lines = ImmutableArray.CreateBuilder<RequestedLine>(count);
        foreach (var item in items.EnumerateArray())
        {
            lines.Add(Line(body.At(Items, lines.Count, item)));
        }

        return lines.MoveToImmutable();
    }

    private static RequestedLine Line(ObjectReader item)
    {
        var product = item.Text("productId", ProductShape);
        if (!ProductId.TryParse(product, out var id) && product is not null)
        {
            item.Fault("productId", $"must be {ProductShape}");
        }

        var pieces = item.Integer("quantity", QuantityShape);
        if (!Quantity.TryCreate(pieces ?? 1, out var quantity))
        {
            item.Fault("quantity", $"must be {QuantityShape}");
        }

        return new RequestedLine(id, quantity);
    }
}

/// <summary>Reads <c>payment.method</c>, a token of the gateway's.</summary>
internal static class PaymentMethods
{
    private const int MaximumLength = 64;
    private const string Shape = "1 to 64 visible ASCII characters without spaces";

    public static string? Read(ObjectReader body)
    {
        if (body.Object("payment") is not { } payment || payment.Text("method", Shape) is not { } method)
        {
            return null;
        }

        if (method.Length is >= 1 and <= MaximumLength && !method.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return method;
        }

        payment.Fault("method", $"must be {Shape}");
        return null;
    }
}
