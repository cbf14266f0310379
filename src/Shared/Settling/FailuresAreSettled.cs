namespace Orleans.Streams.Settling;

/// <summary>Called also when a stop interrupts a delivery, so it decides nothing: the <see cref="SettlingCache{TBatch}"/> knows better.</summary>
internal sealed class FailuresAreSettled : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;
}
