using JasperFx.Resources;
using Npgsql;
using Shop.Benches.Peers.Contract;
using Shop.Benches.Peers.WolverineFx;
using Wolverine;
using Wolverine.Persistence.Sagas;
using Wolverine.Postgresql;
using Wolverine.RabbitMQ;
using Wolverine.RDBMS;

var builder = WebApplication.CreateBuilder(args);
var rabbit = new Uri(builder.Configuration.GetConnectionString("RabbitMq")!);
var database = NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("Postgres")!);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton(database).AddSingleton<Outcomes>().AddSingleton<IShop, WolverineShop>();
builder.Host.UseResourceSetupOnStartup();
builder.Host.UseWolverine(options =>
{
    options.PersistMessagesWithPostgresql(database, "wolverine");
    options.AddSagaType<Order>();
    // Off by default, and then a message may go with the process that has just crossed it off its outbox.
    options.UseRabbitMq(rabbit).AutoProvision().ConfigureChannelCreation(channel =>
        (channel.PublisherConfirmationsEnabled, channel.PublisherConfirmationTrackingEnabled) = (true, true));
    options.Policies.UseDurableInboxOnAllListeners();
    options.Policies.UseDurableOutboxOnAllSendingEndpoints();
    // One process: what a killed one left behind is taken up as soon as it is back.
    options.Durability.Mode = DurabilityMode.Solo;

    options.ListenToRabbitQueue("stock").MaximumParallelMessages(Queues.Parallel);
    options.ListenToRabbitQueue("payments").MaximumParallelMessages(Queues.Parallel);
    options.ListenToRabbitQueue("orders").MaximumParallelMessages(Queues.Parallel);
    options.Publish(stock => stock.Message<OrderPlaced>().ToRabbitQueue("stock"));
    options.Publish(payments => payments.Message<AuthorizePayment>().Message<CapturePayment>().ToRabbitQueue("payments"));
    options.Publish(orders => orders
        .Message<StockReserved>().Message<StockRefused>().Message<PaymentAuthorized>().Message<PaymentCaptured>().ToRabbitQueue("orders"));
    options.Publish(events => events.Message<OrderConfirmed>().Message<OrderRejected>().ToRabbitQueue("notifications"));
    options.Publish(here => here.Message<OrderEnded>().ToLocalQueue("ended").BufferedInMemory());
});

await database.Run(WolverineShop.Schema);
var app = builder.Build();
app.MapShop();
await app.RunAsync();

internal static class Queues
{
    /// <summary>Handlers wait for the database most of the time: the default, one a processor, is too few on a small machine.</summary>
    public const int Parallel = 32;
}
