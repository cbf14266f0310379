using Testing.Servers;

namespace RabbitMq.Specs;

/// <summary>Waiting for what the broker says about a queue.</summary>
internal static class QueueWaits
{
    /// <summary>Nothing is in any queue of this virtual host, except in those named: all was acknowledged, and no tag has leaked.</summary>
    public static Task AllAreEmpty(this RabbitManagement management, params string[] except) => Eventually.Is(
        async () => (await management.Queues()).Where(queue => !except.Contains(queue.Name)) is var queues && queues.Any() && queues.All(queue => queue is { Messages: 0, Unacknowledged: 0 }),
        "all queues are empty");

    public static Task Has(this RabbitManagement management, string queue, long messages) =>
        Eventually.Is(async () => (await management.Queue(queue))?.Messages == messages, $"{queue} has {messages} messages");
}
