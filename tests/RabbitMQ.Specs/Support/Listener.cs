using Orleans.Streams;
using Orleans.Streams.Core;

namespace RabbitMq.Specs;

[Alias("rabbitmq-specs.listener")]
public interface IListener : IGrainWithStringKey;

/// <summary>Listens to every stream of its namespace, one grain a stream.</summary>
[GrainType("listener"), ImplicitStreamSubscription(Namespace)]
public sealed class Listener(Audience audience) : Grain, IListener, IStreamSubscriptionObserver, IAsyncObserver<Note>
{
    public const string Namespace = "notes";

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => await handleFactory.Create<Note>().ResumeAsync(this);

    public Task OnNextAsync(Note item, StreamSequenceToken? token = null) => audience.Hear(this.GetPrimaryKeyString(), item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
