using System.Text.Json;

namespace Shop.Benches.Load.Wire;

/// <summary>Reads what a buyer has to know from an order's JSON, without building objects.</summary>
internal static class OrderStatusReader
{
    /// <summary>The order's id and status; empty when the document has none.</summary>
    public static (string Id, string Status) Read(ReadOnlySpan<byte> json)
    {
        var (id, status) = ("", "");
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                continue;
            var isId = reader.ValueTextEquals("id"u8);
            var isStatus = reader.ValueTextEquals("status"u8);
            reader.Read();
            if (isId)
                id = reader.GetString()!;
            else if (isStatus)
                status = Known(ref reader);
            else
                reader.Skip();
            if (id.Length > 0 && status.Length > 0)
                break;
        }
        return (id, status);
    }

    // The common answer costs no string.
    private static string Known(ref Utf8JsonReader reader) => reader.ValueTextEquals("confirmed"u8) ? "confirmed" : reader.GetString()!;
}
