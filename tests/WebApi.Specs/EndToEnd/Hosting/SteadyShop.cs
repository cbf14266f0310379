using Testing.Servers;

namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>A shop in which no deadline comes while a spec runs: an order stays where it is until somebody does something.</summary>
public class SteadyShop : ShopHost
{
    private const string Long = "01:00:00";

    public SteadyShop()
    {
    }

    protected SteadyShop(PostgresDatabase database) : base(database)
    {
    }

    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        CallGate.Setting,
        ("Logging:LogLevel:Shop", "Error"),
        ("Shop:Sagas:EnsureStartedAfter", Long),
        ("Shop:Sagas:ReserveTimeout", Long),
        ("Shop:Sagas:AuthorizeTimeout", Long),
        ("Shop:Sagas:CaptureTimeout", Long),
        ("Shop:Sagas:PaymentWindow", Long),
        ("Shop:Sagas:LookupDelays:0", Long),
        ("Shop:Sagas:CancelWindow", Long),
        ("Shop:Sagas:RedriveAfter", Long),
        ("Shop:Sagas:RedriveLimit", Long),
        ("Shop:Payments:GatewayTimeout", "00:00:01"),
        ("Shop:SimulatedGateway:FlakyFailures", "1"),
    ];
}

[CollectionDefinition]
public sealed class InASteadyShop : ICollectionFixture<SteadyShop>;
