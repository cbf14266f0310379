using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Shop.Hosting.Audit;
using Shop.WebApi.Specs.EndToEnd.Hosting;
using Shop.WebApi.Specs.Events.ForeignClient;
using Shop.WebApi.Specs.Telemetry;

namespace Shop.WebApi.Specs.Audit;

/// <summary>Somebody with every right at the broker takes events away from the witness, and so from all others who listen.</summary>
public sealed partial class When_a_witness_listens(WitnessedShop host) : IClassFixture<WitnessedShop>
{
    private const string Queue = "shop.events.witness";
    private const string Everything = "#";

    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_miss_nothing_of_orders_that_go_their_way()
    {
        var before = await WhenItHasCompared();
        var product = await shop.Product(stock: 100);
        foreach (var order in await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.Order(product, 1))))
            await shop.OrderWhen(order.OrderId, "completed");

        Assert.Equal(before, await WhenItHasCompared());
    }

    [Fact]
    public async Task Should_count_and_name_an_event_that_did_not_come_and_go_on()
    {
        var product = await shop.Product(stock: 5);
        var before = await WhenItHasCompared();
        await using var ear = await Ear.Open(host.Url);

        await ear.Channel.QueueUnbindAsync(Queue, ShopOnRabbit.Exchange, Everything);
        var (lost, _) = await Adjust(product, ear);
        await ear.Channel.QueueBindAsync(Queue, ShopOnRabbit.Exchange, Everything);

        await Until(async () => await Unheard() == before + 1);
        var told = Assert.Single(host.Log.Errors, line => line.Contains(product, StringComparison.Ordinal));
        Assert.Contains(lost, told, StringComparison.Ordinal);
        await shop.Product(stock: 1);
        Assert.Equal(before + 1, await WhenItHasCompared());
    }

    [Fact]
    public async Task Should_not_believe_somebody_who_says_something_else_in_its_place()
    {
        var product = await shop.Product(stock: 5);
        var before = await WhenItHasCompared();
        await using var ear = await Ear.Open(host.Url);

        await ear.Channel.QueueBindAsync(Queue, ShopOnRabbit.Exchange, "forged");
        await ear.Channel.QueueUnbindAsync(Queue, ShopOnRabbit.Exchange, Everything);
        var (lost, genuine) = await Adjust(product, ear);
        var headers = new Dictionary<string, object?>(genuine.BasicProperties.Headers!);
        headers.Remove("orleans-digest");
        var body = Encoding.UTF8.GetBytes(TextOf(genuine).Replace("\"delta\":7", "\"delta\":70", StringComparison.Ordinal));
        await ear.Channel.BasicPublishAsync(
            ShopOnRabbit.Exchange, "forged", mandatory: true, new BasicProperties(genuine.BasicProperties) { Headers = headers }, body);
        await ear.Channel.QueueBindAsync(Queue, ShopOnRabbit.Exchange, Everything);

        await Until(async () => await Unheard() == before + 1);
        Assert.Contains(host.Log.Errors, line => line.Contains(lost, StringComparison.Ordinal));
    }

    /// <summary>What was published meanwhile it has not heard, and nobody can say whether others have.</summary>
    [Fact]
    public async Task Should_begin_anew_without_a_false_alarm_when_its_queue_is_gone()
    {
        var product = await shop.Product(stock: 100);
        var before = await WhenItHasCompared();
        await using var ear = await Ear.Open(host.Url);

        await ear.Channel.QueueDeleteAsync(Queue);
        await Adjust(product, ear);

        Assert.Equal(before, await WhenItHasCompared(after: "begins anew"));
        await shop.OrderWhen((await shop.Order(product, 1)).OrderId, "completed");
        Assert.Equal(before, await WhenItHasCompared());
    }

    /// <returns>The event's name, and the message that brought it.</returns>
    private async Task<(string Id, BasicDeliverEventArgs Message)> Adjust(string product, Ear ear)
    {
        await shop.Post($"/v1/stock/{product}/adjustments", """{"delta":7,"reason":"receipt"}""", Shopper.NewId("k"));
        BasicDeliverEventArgs? found = null;
        await Until(() =>
        {
            found = ear.Heard.FirstOrDefault(message => TextOf(message).Contains(product, StringComparison.Ordinal));
            return Task.FromResult(found is not null);
        });
        return (Id().Match(TextOf(found!)).Groups["id"].Value, found!);
    }

    private static string TextOf(BasicDeliverEventArgs message) => Encoding.UTF8.GetString(message.Body.Span);

    private async Task<double> Unheard() => (await MetricsPage.Read(host.Http))["shop_events_unheard_total"];

    /// <summary>Everything that had happened before the call: it has begun a comparison since, and finished it.</summary>
    /// <param name="after">First the log must have said so.</param>
    private async Task<double> WhenItHasCompared(string? after = null)
    {
        await Until(() => Task.FromResult(after is null || host.Log.Warnings.Any(line => line.Contains(after, StringComparison.Ordinal))));
        var asked = TimeProvider.System.GetTimestamp();
        await Until(async () =>
        {
            var lag = (await MetricsPage.Read(host.Http)).Series.FirstOrDefault(series => series.Name == "shop_witness_lag_seconds");
            // A position is stored, and a page made, up to some hundred milliseconds late.
            return lag is not null && lag.Value + 1.5 < TimeProvider.System.GetElapsedTime(asked).TotalSeconds;
        });
        return await Unheard();
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
            await ticks.WaitForNextTickAsync(limit.Token);
    }

    [GeneratedRegex("\"id\":\"(?<id>[^\"]+)\"")]
    private static partial Regex Id();

    /// <summary>Hears everything, too, by a queue of its own.</summary>
    private sealed class Ear(IConnection connection, IChannel channel) : IAsyncDisposable
    {
        public IChannel Channel => channel;

        public ConcurrentQueue<BasicDeliverEventArgs> Heard { get; } = new();

        public static async Task<Ear> Open(string url)
        {
            var connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync();
            var ear = new Ear(connection, await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)));
            var queue = await ear.Channel.QueueDeclareAsync();
            await ear.Channel.QueueBindAsync(queue.QueueName, ShopOnRabbit.Exchange, Everything);
            var consumer = new AsyncEventingBasicConsumer(ear.Channel);
            consumer.ReceivedAsync += (_, message) =>
            {
                ear.Heard.Enqueue(new BasicDeliverEventArgs(
                    message.ConsumerTag, message.DeliveryTag, message.Redelivered, message.Exchange, message.RoutingKey,
                    new BasicProperties(message.BasicProperties), message.Body.ToArray()));
                return Task.CompletedTask;
            };
            await ear.Channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
            return ear;
        }

        public async ValueTask DisposeAsync()
        {
            await channel.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}

public sealed class WitnessedShop : ShopOnRabbit
{
    internal Lines Log { get; } = new();

    protected override IEnumerable<(string Key, string Value)> Settings =>
        [.. base.Settings, ("Shop:Audit:Witness", "true"), ("Shop:Sagas:CancelWindow", "00:00:00.2")];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        App.Services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
    }

    /// <summary>What the witness says.</summary>
    internal sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

        public IEnumerable<string> Errors => lines.Where(line => line.Level == LogLevel.Error).Select(line => line.Text);

        public IEnumerable<string> Warnings => lines.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text);

        public ILogger CreateLogger(string categoryName) =>
            categoryName == typeof(Witness).FullName ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((logLevel, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
