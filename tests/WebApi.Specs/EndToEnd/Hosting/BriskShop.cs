using Testing.Servers;

namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>
/// A shop in which what an order rightly waits for comes within a moment, so that it goes its whole way by itself; but in which no limit is
/// reached by a machine that stalls for a second or two: exact timelines can be demanded. Where limits have to be reached: <see cref="HastyShop"/>.
/// </summary>
public class BriskShop : ShopHost
{
    public BriskShop()
    {
    }

    protected BriskShop(PostgresDatabase database) : base(database)
    {
    }

    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        CallGate.Setting,
        ("Logging:LogLevel:Shop", "Error"),
        // An order's row is moved only when it would come more than half a minute late: so no deadline may be long, or a later, shorter one waits for it.
        ("Shop:Sagas:EnsureStartedAfter", "00:00:00.2"),
        ("Shop:Sagas:ReserveTimeout", "00:00:02"),
        ("Shop:Sagas:AuthorizeTimeout", "00:00:06"),
        ("Shop:Sagas:CaptureTimeout", "00:00:06"),
        ("Shop:Sagas:PaymentWindow", "00:00:00.5"),
        ("Shop:Sagas:LookupDelays:0", "00:00:00.2"),
        ("Shop:Sagas:AuthorizationUnknownLimit", "00:00:30"),
        ("Shop:Sagas:AttentionAfter", "00:05:00"),
        ("Shop:Sagas:CancelWindow", "00:00:00.2"),
        ("Shop:Sagas:RedriveAfter", "00:00:00.3"),
        ("Shop:Payments:GatewayTimeout", "00:00:05"),
        ("Shop:SimulatedGateway:SlowAnswer", "00:00:00.1"),
    ];
}

[CollectionDefinition]
public sealed class InABriskShop : ICollectionFixture<BriskShop>;
