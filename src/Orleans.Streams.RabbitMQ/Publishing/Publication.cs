using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Publishing;

/// <summary>A message on its way to the broker, and whoever waits for it.</summary>
internal sealed class Publication(string exchange, string routingKey, bool mandatory, BasicProperties properties, ReadOnlyMemory<byte> body, long calledAt)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Exchange => exchange;

    public string RoutingKey => routingKey;

    public bool Mandatory => mandatory;

    public BasicProperties Properties => properties;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>Timestamps of the provider's clock.</summary>
    public long CalledAt => calledAt;

    public long SentAt { get; set; }

    public bool WasSent { get; set; }

    /// <summary>Why the broker gave it back; its confirm follows.</summary>
    public string? Returned { get; set; }

    /// <summary>Ends when the broker has confirmed it, or it has failed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Also when its caller has been told that it failed, while the broker may still confirm it.</summary>
    public bool HasEnded => _ended.Task.IsCompleted;

    public bool Confirm() => _ended.TrySetResult();

    public bool Fail(Exception why) => _ended.TrySetException(why);
}
