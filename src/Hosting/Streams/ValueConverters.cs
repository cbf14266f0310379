using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Values;

namespace Shop.Hosting.Streams;

/// <summary>A value that is one text in JSON. What does not come back as it was written is refused.</summary>
internal abstract class TextConverter<T> : JsonConverter<T> where T : struct
{
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString()!) is { } value && TextOf(value) == reader.GetString()
            ? value
            : throw new JsonException($"It holds no {typeof(T).Name}.");

    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(TextOf(value));

    protected abstract T? TryParse(string text);

    protected virtual string TextOf(T value) => value.ToString()!;
}

internal sealed class OrderIdConverter : TextConverter<OrderId>
{
    protected override OrderId? TryParse(string text) => OrderId.TryParse(text, out var id) ? id : null;
}

internal sealed class ProductIdConverter : TextConverter<ProductId>
{
    protected override ProductId? TryParse(string text) => ProductId.TryParse(text, out var id) ? id : null;
}

internal sealed class CustomerIdConverter : TextConverter<CustomerId>
{
    protected override CustomerId? TryParse(string text) => CustomerId.TryParse(text, out var id) ? id : null;
}

internal sealed class ReservationIdConverter : TextConverter<ReservationId>
{
    protected override ReservationId? TryParse(string text)
    {
        try
        {
            return ReservationId.Parse(text) is { Line: >= 1, Attempt: >= 1 } id ? id : null;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }
}

/// <summary>A number of pieces.</summary>
internal sealed class QuantityConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && Quantity.TryCreate(number, out var quantity)
            ? quantity
            : throw new JsonException($"It holds no quantity from 1 to {Quantity.Maximum}.");

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

/// <summary>As the HTTP API shows it: <c>{"amount":1999,"currency":"EUR"}</c>, in minor units.</summary>
internal sealed class MoneyConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var body = JsonSerializer.Deserialize(ref reader, FactJson.Default.MoneyBody);
        return body is { Amount: >= 0 } && Currencies.Contains(body.Currency)
            ? new Money(body.Amount, body.Currency)
            : throw new JsonException("It holds no amount of money.");
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new MoneyBody(value.Amount, value.Currency), FactJson.Default.MoneyBody);
}

internal sealed record MoneyBody(long Amount, string Currency);
