using System.Collections.Immutable;
using Shop.Values;

namespace Shop.Gateway;

/// <summary>
/// One row of the simulated gateway's own ledger: an authorization and all that was done with it. These are the books of the
/// other side, so they share no code with the payment grain's; the invariants compare the two.
/// </summary>
[GenerateSerializer, Immutable, Alias("shop.gateway-account.v1")]
internal sealed record GatewayAccount
{
    /// <summary>What the customer pays with; empty when a void came before the authorization.</summary>
    [Id(0)] public string Method { get; init; } = "";

    [Id(1)] public GatewayAccountStatus Status { get; init; }

    /// <summary>What was authorized, or declined; zero of its currency when a void came first.</summary>
    [Id(2)] public Money Amount { get; init; }

    /// <summary>Why it was declined.</summary>
    [Id(3)] public string? Code { get; init; }

    /// <summary>How often a flaky method has failed so far.</summary>
    [Id(4)] public int Failures { get; init; }

    /// <summary>One for each key of a capture or a refund.</summary>
    [Id(5)] public ImmutableArray<GatewayEntry> Entries { get; init; } = [];

    /// <summary>Minor units that were taken.</summary>
    public long Captured => Entries.Where(e => e is { Kind: GatewayEntryKind.Capture, Failed: null }).Sum(e => e.Amount.Amount);

    /// <summary>Minor units that were given back.</summary>
    public long Refunded => Entries.Where(e => e is { Kind: GatewayEntryKind.Refund, Failed: null }).Sum(e => e.Amount.Amount);

    /// <summary>Minor units that are still set aside on the customer's side.</summary>
    public long StillAuthorized => Status == GatewayAccountStatus.Authorized ? Amount.Amount - Captured : 0;

    public GatewayEntry? Find(GatewayEntryKind kind, string key) => Entries.FirstOrDefault(e => e.Kind == kind && e.Key == key);
}

/// <param name="CaptureKey">Of a refund: the capture whose money it gives back.</param>
/// <param name="Failed">Why nothing was done; null when it was.</param>
[GenerateSerializer, Immutable, Alias("shop.gateway-entry.v1")]
internal sealed record GatewayEntry(
    [property: Id(0)] GatewayEntryKind Kind,
    [property: Id(1)] string Key,
    [property: Id(2)] Money Amount,
    [property: Id(3)] string? CaptureKey,
    [property: Id(4)] string? Failed);

internal enum GatewayAccountStatus
{
    /// <summary>Asked for, but failed before anything was decided.</summary>
    Undecided = 0,
    Authorized = 1,
    Declined = 2,
    Voided = 3,
}

internal enum GatewayEntryKind
{
    Capture = 1,
    Refund = 2,
}
