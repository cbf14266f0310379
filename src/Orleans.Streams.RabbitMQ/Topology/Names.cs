using System.Globalization;

namespace Orleans.Streams.RabbitMQ.Topology;

/// <summary>What everything of a provider is called on the broker. Pure.</summary>
/// <param name="Prefix">Of all names: service and provider.</param>
internal sealed record Names(string Prefix)
{
    /// <summary>Where events are published.</summary>
    public string Exchange => Prefix;

    /// <summary>Where dead letters go, by the broker and by receivers.</summary>
    public string DeadLetterExchange => $"{Prefix}.dead-letters";

    /// <summary>Where they are kept.</summary>
    public string DeadLetterQueue => $"{Prefix}.dead-letters";

    /// <summary>The queue of one partition.</summary>
    public string Queue(int partition) => $"{Prefix}.{NumberOf(partition)}";

    /// <summary>The queue of somebody who hears everything.</summary>
    public string Listener(string name) => $"{Prefix}.{name}";

    /// <summary>The routing key of a message.</summary>
    /// <param name="options">Of the provider.</param>
    /// <param name="streamNamespace">Empty when the stream has none.</param>
    /// <param name="type">Of the events; null when the format does not say.</param>
    /// <param name="partition">Its queue.</param>
    public static string RoutingKey(RabbitMqStreamOptions options, string streamNamespace, string? type, int partition) =>
        options.ExchangeType == RabbitMqExchangeType.Direct
            ? NumberOf(partition)
            : string.Join('.', WordsOf(streamNamespace), WordsOf(type), NumberOf(partition));

    /// <summary>What the queue of a partition is bound with.</summary>
    public static IEnumerable<string> BindingKeys(RabbitMqStreamOptions options, int partition)
    {
        var number = NumberOf(partition);
        if (options.ExchangeType == RabbitMqExchangeType.Direct)
            return [number];

        return options.Subscriptions.Count == 0
            ? [$"#.{number}"]
            : KeysOf(options.Subscriptions, number);
    }

    /// <summary>What a queue is bound with that is to get everything.</summary>
    public static IEnumerable<string> AllKeys(RabbitMqStreamOptions options) =>
        options.ExchangeType == RabbitMqExchangeType.Direct ? Enumerable.Range(0, options.QueueCount).Select(NumberOf) : ["#"];

    /// <summary>What it was bound with by earlier releases. Two subscriptions may have one key: what is bound now is left out.</summary>
    public static IEnumerable<string> FormerBindingKeys(RabbitMqStreamOptions options, int partition) =>
        KeysOf(options.FormerSubscriptions, NumberOf(partition)).Except(BindingKeys(options, partition));

    private static IEnumerable<string> KeysOf(IEnumerable<RabbitMqSubscription> subscriptions, string number) =>
        subscriptions.Select(wanted => $"{WordsOf(wanted.StreamNamespace)}.{wanted.Type ?? "#"}.{number}").Distinct();

    private static string NumberOf(int partition) => partition.ToString(CultureInfo.InvariantCulture);

    // An empty word would match only an empty word in the patterns of others.
    private static string WordsOf(string? text) => string.IsNullOrEmpty(text) ? "-" : text;
}
