namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>A shop in which every deadline comes within a second or two, so that orders go their whole way by themselves.</summary>
public sealed class BriskShop : ShopHost
{
    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        CallGate.Setting,
        ("Logging:LogLevel:Shop", "Error"),
        // An order's row is moved only when it would come more than half a minute late: so no deadline may be long, or a later, shorter one waits for it.
        ("Shop:Sagas:EnsureStartedAfter", "00:00:00.2"),
        ("Shop:Sagas:ReserveTimeout", "00:00:02"),
        ("Shop:Sagas:AuthorizeTimeout", "00:00:03"),
        ("Shop:Sagas:CaptureTimeout", "00:00:03"),
        ("Shop:Sagas:PaymentWindow", "00:00:00.5"),
        ("Shop:Sagas:LookupDelays:0", "00:00:00.2"),
        ("Shop:Sagas:AuthorizationUnknownLimit", "00:00:01"),
        ("Shop:Sagas:AttentionAfter", "00:00:01"),
        ("Shop:Sagas:CancelWindow", "00:00:00.2"),
        ("Shop:Sagas:RedriveAfter", "00:00:00.3"),
        // What has failed is not tried again while a spec runs, unless an operator asks.
        ("Shop:Sagas:RetryDelay", "01:00:00"),
        ("Shop:Sagas:RedriveLimit", "01:00:00"),
        ("Shop:Payments:GatewayTimeout", "00:00:01"),
        ("Shop:SimulatedGateway:SlowAnswer", "00:00:00.1"),
    ];
}

[CollectionDefinition]
public sealed class InABriskShop : ICollectionFixture<BriskShop>;
