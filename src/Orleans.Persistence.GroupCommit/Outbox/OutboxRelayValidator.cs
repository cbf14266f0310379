using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>Finds what a relay needs and does not have, before anything is stored that nobody would deliver.</summary>
internal sealed class OutboxRelayValidator(string name, IServiceProvider services) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        Require(services.GetService<ICommitter>() is not null, "has no database: add AddGroupCommit to the silo");
        Require(
            !services.GetServices<OutboxProviderName>().Contains(new OutboxProviderName(name, IsRelayed: false)),
            "has AddOutboxStreams of the same name beside it, so there are two ways for each event: remove one of them");
        // Not made here: a provider may begin to work as soon as it is there.
        Require(
            services.GetService<IServiceProviderIsKeyedService>() is not { } known || known.IsKeyedService(typeof(IStreamProvider), name),
            "has nothing to publish through: add a stream provider of that name to the silo");
    }

    private void Require(bool condition, string fault)
    {
        if (!condition)
            throw new OrleansConfigurationException($"Outbox relay '{name}' {fault}.");
    }
}
