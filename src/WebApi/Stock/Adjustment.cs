using Shop.WebApi.Conventions;

namespace Shop.WebApi.Stock;

/// <summary>A well-formed adjustment of stock.</summary>
internal sealed record Adjustment(long Delta, string Reason)
{
    private const int MaximumReasonLength = 64;

    /// <summary>What the shop counts up to.</summary>
    private const long MaximumPieces = 1_000_000_000_000;

    public static Adjustment? Read(ObjectReader body)
    {
        const string DeltaShape = "a whole number from -1000000000000 to 1000000000000, not 0";
        const string ReasonShape = "1 to 64 characters, not only white space, none of them a control character";
        var delta = body.Integer("delta", DeltaShape);
        if (delta is 0 or > MaximumPieces or < -MaximumPieces)
        {
            body.Fault("delta", $"must be {DeltaShape}");
        }

        var reason = body.Text("reason", ReasonShape);
        if (reason is not null && (reason.Length > MaximumReasonLength || string.IsNullOrWhiteSpace(reason) || reason.Any(char.IsControl)))
        {
            body.Fault("reason", $"must be {ReasonShape}");
        }

        return body.Faults.Any ? null : new Adjustment(delta!.Value, reason!);
    }
}
