using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// Every silo delivers from all queues: each has its own events in them, those that its grains have committed, and is the only one to know when
/// one is to be delivered. There is nothing to be shared out.
/// </summary>
internal sealed class OwnQueues : IStreamQueueBalancer
{
    private List<QueueId> _queues = [];

    public Task Initialize(IStreamQueueMapper queueMapper)
    {
        _queues = [.. queueMapper.GetAllQueues()];
        return Task.CompletedTask;
    }

    public Task Shutdown() => Task.CompletedTask;

    public IEnumerable<QueueId> GetMyQueues() => _queues;

    // They never change.
    public bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;

    public bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;
}
