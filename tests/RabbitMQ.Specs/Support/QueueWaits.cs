using System.Diagnostics;
using Testing.Servers;

namespace RabbitMq.Specs;

/// <summary>Waiting for what the broker says about a queue.</summary>
internal static class QueueWaits
{
    // The management's counts are up to a second old: a queue that was filled just now looks empty. Only what lasts for longer is true.
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(2.5);

    /// <summary>Nothing is in any queue of this virtual host, except in those named: all was acknowledged, and no tag has leaked.</summary>
    public static Task AllAreEmpty(this RabbitManagement management, params string[] except) => Lasts(
        async () => (await management.Queues()).Where(queue => !except.Contains(queue.Name)) is var queues && queues.Any() && queues.All(queue => queue is { Messages: 0, Unacknowledged: 0 }),
        "all queues are empty");

    public static Task Has(this RabbitManagement management, string queue, long messages) =>
        Lasts(async () => (await management.Queue(queue))?.Messages == messages, $"{queue} has {messages} messages");

    private static Task Lasts(Func<Task<bool>> condition, string claim)
    {
        var since = 0L;
        return Eventually.Is(
            async () =>
            {
                if (!await condition())
                    since = 0;
                else if (since == 0)
                    since = Stopwatch.GetTimestamp();
                return since != 0 && Stopwatch.GetElapsedTime(since) > Lasting;
            },
            claim);
    }
}
