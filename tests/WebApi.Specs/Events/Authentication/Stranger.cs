using System.Collections.Concurrent;
using System.Text;
using Orleans.Streams.RabbitMQ;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Shop.Events;
using Shop.WebApi.Specs.Events.ForeignClient;

namespace Shop.WebApi.Specs.Events.Authentication;

/// <summary>May do anything at the shop's broker: listen to placed orders, publish, and keep messages from the shop. Has no key.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    public const string Digest = "orleans-digest";

    private const string Ear = "ear";
    private const string Placed = "orders.shop.order-placed.v1";
    private static readonly int Queues = new RabbitMqStreamOptions().QueueCount;

    private readonly IConnection connection;
    private readonly IChannel channel;
    private readonly ConcurrentQueue<Message> heard = new();

    private Stranger(IConnection connection, IChannel channel) => (this.connection, this.channel) = (connection, channel);

    public IReadOnlyCollection<Message> Heard => heard;

    public static async Task<Stranger> Open(string url)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync();
        var stranger = new Stranger(connection, await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)));
        await stranger.channel.QueueDeclareAsync(Ear, durable: false, exclusive: true, autoDelete: true);
        await stranger.channel.QueueBindAsync(Ear, ShopOnRabbit.Exchange, $"{Placed}.*");
        var consumer = new AsyncEventingBasicConsumer(stranger.channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            stranger.heard.Enqueue(new Message(
                delivery.RoutingKey, new BasicProperties(delivery.BasicProperties) { Headers = new Dictionary<string, object?>(delivery.BasicProperties.Headers!) }, delivery.Body.ToArray()));
            return Task.CompletedTask;
        };
        await stranger.channel.BasicConsumeAsync(Ear, autoAck: true, consumer);
        return stranger;
    }

    /// <summary>The message that says of an order that it was placed.</summary>
    public async Task<Message> Hears(string orderId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            if (heard.FirstOrDefault(message => message.Text.Contains($"order/o:{orderId}/1", StringComparison.Ordinal)) is { } message)
                return message;
            await ticks.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>An event in a message such as the release before publishes: without a digest.</summary>
    public static Message Write(ShopEvent happened)
    {
        var message = Samples.Format.Write([happened], null).Single();
        var headers = new Dictionary<string, object?> { ["orleans-stream-namespace"] = ShopStreams.Orders, ["orleans-stream-key"] = ShopStreams.PartitionOf(happened.Entity[6..]) };
        return new Message(
            $"{Placed}.0", new BasicProperties { MessageId = message.MessageId, ContentType = message.ContentType, Type = message.Type, Headers = headers }, message.Body.ToArray());
    }

    public Task Publish(Message message) => channel.BasicPublishAsync(ShopOnRabbit.Exchange, message.RoutingKey, mandatory: true, message.Properties, message.Body).AsTask();

    /// <summary>Placed orders do not reach the shop until <see cref="GiveBack"/>.</summary>
    public async Task Divert()
    {
        for (var queue = 0; queue < Queues; queue++)
        {
            foreach (var binding in Bindings(queue))
                await channel.QueueUnbindAsync($"{ShopOnRabbit.Exchange}.{queue}", ShopOnRabbit.Exchange, binding);
        }
    }

    public async Task GiveBack()
    {
        for (var queue = 0; queue < Queues; queue++)
            await channel.QueueBindAsync($"{ShopOnRabbit.Exchange}.{queue}", ShopOnRabbit.Exchange, $"{Placed}.{queue}");
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static string[] Bindings(int queue) => [$"{Placed}.{queue}", $"orders.#.{queue}"];

    internal sealed record Message(string RoutingKey, BasicProperties Properties, byte[] Body)
    {
        public string Text => Encoding.UTF8.GetString(Body);

        public string? Proof => Properties.Headers!.TryGetValue(Digest, out var digest) ? Encoding.ASCII.GetString((byte[])digest!) : null;

        public Message Without(string header)
        {
            var headers = new Dictionary<string, object?>(Properties.Headers!);
            headers.Remove(header);
            return this with { Properties = new BasicProperties(Properties) { Headers = headers } };
        }

        public Message With(string header, object value)
        {
            var signed = Without(header);
            signed.Properties.Headers![header] = value;
            return signed;
        }

        public Message Saying(string text, string instead)
        {
            Assert.Contains(text, Text, StringComparison.Ordinal);
            return this with { Body = Encoding.UTF8.GetBytes(Text.Replace(text, instead, StringComparison.Ordinal)) };
        }
    }
}
