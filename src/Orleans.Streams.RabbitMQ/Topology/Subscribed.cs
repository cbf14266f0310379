namespace Orleans.Streams.RabbitMQ.Topology;

/// <summary>
/// Whether a message must reach a queue of the silos. If so, it is published as mandatory: a missing binding is an error then, not a loss.
/// An event that no silo wants may well reach nobody.
/// </summary>
internal sealed class Subscribed(RabbitMqStreamOptions options)
{
    private readonly bool _all = options.ExchangeType == RabbitMqExchangeType.Direct || options.Subscriptions.Count == 0;
    private readonly HashSet<RabbitMqSubscription> _wanted = [.. options.Subscriptions];

    public bool Wants(string streamNamespace, string? type) =>
        _all || _wanted.Contains(new RabbitMqSubscription(streamNamespace))
            || (type is not null && _wanted.Contains(new RabbitMqSubscription(streamNamespace, type)));
}
