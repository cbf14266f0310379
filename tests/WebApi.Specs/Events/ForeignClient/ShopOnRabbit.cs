using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams.RabbitMQ;
using Shop.Events;
using Shop.WebApi.Specs.EndToEnd.Hosting;
using Testing.Servers;

namespace Shop.WebApi.Specs.Events.ForeignClient;

/// <summary>The whole shop, its books in a file, its events on a broker.</summary>
public class ShopOnRabbit : ShopHost
{
    public const string Exchange = "shop.events";

    private RabbitVirtualHost? broker;

    public string Url => broker!.Url;

    public IRabbitMqDeadLetters DeadLetters => App.Services.GetRequiredKeyedService<IRabbitMqDeadLetters>(ShopStreams.Provider);

    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        ("ConnectionStrings:RabbitMq", Url),
        // So that no order is started by its row: what these specs see has gone through the broker.
        ("Shop:Sagas:EnsureStartedAfter", "00:10:00"),
        ("Logging:LogLevel:Orleans", "Error"),
    ];

    public override async ValueTask InitializeAsync()
    {
        broker = await RabbitServer.Shared.NewVirtualHost();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await broker!.DisposeAsync();
    }
}
