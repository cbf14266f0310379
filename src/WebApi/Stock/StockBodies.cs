using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Stock;

namespace Shop.WebApi.Stock;

/// <summary>Pieces of one product.</summary>
/// <param name="OnHand">In the warehouse.</param>
/// <param name="Held">Of those, promised to orders.</param>
/// <param name="Available">On hand and not promised.</param>
/// <param name="Shipped">Have left since the beginning.</param>
/// <param name="Version">Counts its changes; also its ETag.</param>
internal sealed record StockBody(string ProductId, long OnHand, long Held, long Available, long Shipped, long Version)
{
    public static StockBody Of(StockView stock) =>
        new(stock.ProductId.Value, stock.OnHand, stock.Held, stock.Available, stock.Shipped, stock.Version);
}

/// <param name="Delta">Pieces to add, or to take away when negative; not 0.</param>
/// <param name="Reason">receipt, stocktake, damage …: 1 to 64 characters.</param>
internal sealed record AdjustmentBody(long Delta, string Reason);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StockBody))]
[JsonSerializable(typeof(AdjustmentBody))]
internal sealed partial class StockJson : JsonSerializerContext;
