using Orleans.Streams.RabbitMQ.Connections;

namespace Orleans.Streams.RabbitMQ.Topology;

/// <inheritdoc/>
internal sealed class BoundQueues(RabbitMqProvider provider) : IRabbitMqBindings
{
    public async Task RemoveFormer(CancellationToken cancellationToken)
    {
        if (!provider.Options.DeclareTopology || provider.Options.FormerSubscriptions.Count == 0)
            return;

        // A connection of its own: an alarm of the broker stops those that publish, and a new one has just declared what is to stay.
        await using var connection = provider.Connection(BrokerPurpose.Inspecting);
        var open = await connection.TryOpen(cancellationToken).ConfigureAwait(false);
        await provider.Topology.RemoveFormer(open, cancellationToken).ConfigureAwait(false);
    }
}
