using System.Buffers;
using System.Text;
using Shop.WebApi.Conventions;
using Shop.WebApi.Orders;

namespace Shop.WebApi.Specs.Contract;

/// <summary>Reads bodies as the routes do, without HTTP around them.</summary>
internal static class Bodies
{
    public const string GoodOrder =
        """{"customerId":"c-42","currency":"EUR","items":[{"productId":"espresso-beans","quantity":2}],"payment":{"method":"tok_ok"}}""";

    public static Parsed<OrderRequest> Order(string json) => Order(Encoding.UTF8.GetBytes(json));

    public static Parsed<OrderRequest> Order(byte[] json) => Read(json, OrderRequestReader.Read);

    public static OrderRequest Good(string json = GoodOrder) =>
        Order(json) is { Value: { } order } ? order : throw new InvalidOperationException("The body has faults.");

    public static Parsed<T> Read<T>(string json, Func<ObjectReader, T?> read)
        where T : class => Read(Encoding.UTF8.GetBytes(json), read);

    public static Parsed<T> Read<T>(byte[] json, Func<ObjectReader, T?> read)
        where T : class => JsonBody.Parse(new ReadOnlySequence<byte>(json), read);
}
