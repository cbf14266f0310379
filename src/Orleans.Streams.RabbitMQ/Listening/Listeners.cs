using System.Globalization;
using Orleans.Streams.RabbitMQ.Connections;

namespace Orleans.Streams.RabbitMQ.Listening;

/// <inheritdoc/>
internal sealed class Listeners(RabbitMqProvider provider) : IRabbitMqListeners
{
    public async Task<IRabbitMqListener> Listen(string name, Action<WireEvents> hear, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(hear);
        var queue = provider.Names.Listener(name);
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _) || queue == provider.Names.DeadLetterQueue)
            throw new ArgumentException($"The queue '{queue}' is not for listening: the provider needs it itself.", nameof(name));

        var connection = provider.Connection(BrokerPurpose.Listening);
        try
        {
            var open = await connection.TryOpen(cancellationToken).ConfigureAwait(false);
            await provider.Topology.DeclareListener(open, queue, cancellationToken).ConfigureAwait(false);
            return await Listener.Open(provider, connection, open, queue, hear, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
