using Testing.Servers;

namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>
/// A shop that gives up within seconds what others wait for by the minute: the gateway, an unknown payment, a step that does not succeed.
/// A machine that stalls reaches these limits too, so its specs demand what has to happen, not that nothing else does.
/// </summary>
public class HastyShop : ShopHost
{
    public HastyShop()
    {
    }

    protected HastyShop(PostgresDatabase database) : base(database)
    {
    }

    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        CallGate.Setting,
        ("Logging:LogLevel:Shop", "Error"),
        // As in the brisk shop, no deadline may be long.
        ("Shop:Sagas:EnsureStartedAfter", "00:00:00.2"),
        ("Shop:Sagas:ReserveTimeout", "00:00:02"),
        ("Shop:Sagas:AuthorizeTimeout", "00:00:03"),
        ("Shop:Sagas:CaptureTimeout", "00:00:03"),
        ("Shop:Sagas:LookupDelays:0", "00:00:00.2"),
        // Several look-ups long: one of them finds what the gateway has done, stall or not.
        ("Shop:Sagas:AuthorizationUnknownLimit", "00:00:04"),
        ("Shop:Sagas:AttentionAfter", "00:00:01"),
        ("Shop:Sagas:CancelWindow", "00:00:00.2"),
        ("Shop:Sagas:RedriveAfter", "00:00:00.3"),
        // What has failed is not tried again while a spec runs, unless an operator asks.
        ("Shop:Sagas:RetryDelay", "01:00:00"),
        ("Shop:Sagas:RedriveLimit", "01:00:00"),
        ("Shop:Payments:GatewayTimeout", "00:00:01"),
    ];
}

[CollectionDefinition]
public sealed class InAHastyShop : ICollectionFixture<HastyShop>;
