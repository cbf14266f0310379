using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orleans.Streams.RabbitMQ.Topology;

/// <summary>
/// Declares all that a provider has on the broker, and removes what it had once: again and again the same, which changes nothing. Thread-safe.
/// </summary>
internal sealed class BrokerTopology(RabbitMqStreamOptions options, Names names)
{
    private const ushort PreconditionFailed = 406;
    private const ushort AccessRefused = 403;

    /// <exception cref="RabbitMqTopologyException">Something is there already and is different, or this user may not declare it.</exception>
    public async Task Declare(IConnection connection, CancellationToken cancellationToken)
    {
        if (!options.DeclareTopology)
            return;

        var what = "";
        await Change(connection, () => what, DeclareAll, cancellationToken).ConfigureAwait(false);

        async Task DeclareAll(IChannel channel)
        {
            // First what others point to: a message that is dead-lettered before its exchange exists would be held back.
            what = $"exchange '{names.DeadLetterExchange}'";
            await channel.ExchangeDeclareAsync(names.DeadLetterExchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken).ConfigureAwait(false);
            what = $"queue '{names.DeadLetterQueue}'";
            await DeclareQueue(channel, names.DeadLetterQueue, QueueArguments.OfDeadLetters(options), cancellationToken).ConfigureAwait(false);
            await channel.QueueBindAsync(names.DeadLetterQueue, names.DeadLetterExchange, "", cancellationToken: cancellationToken).ConfigureAwait(false);

            what = $"exchange '{names.Exchange}'";
            var type = options.ExchangeType == RabbitMqExchangeType.Direct ? ExchangeType.Direct : ExchangeType.Topic;
            await channel.ExchangeDeclareAsync(names.Exchange, type, durable: true, autoDelete: false, cancellationToken: cancellationToken).ConfigureAwait(false);
            for (var partition = 0; partition < options.QueueCount; partition++)
            {
                var queue = names.Queue(partition);
                what = $"queue '{queue}'";
                await DeclareQueue(channel, queue, QueueArguments.OfPartition(options, names), cancellationToken).ConfigureAwait(false);
                foreach (var key in Names.BindingKeys(options, partition))
                    await channel.QueueBindAsync(queue, names.Exchange, key, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A queue that gets everything; on a connection that has declared the exchange.</summary>
    /// <exception cref="RabbitMqTopologyException">As above.</exception>
    public async Task DeclareListener(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        if (!options.DeclareTopology)
            return;

        await Change(connection, () => $"queue '{queue}'", DeclareAll, cancellationToken).ConfigureAwait(false);

        async Task DeclareAll(IChannel channel)
        {
            await DeclareQueue(channel, queue, QueueArguments.OfListener(options), cancellationToken).ConfigureAwait(false);
            foreach (var key in Names.AllKeys(options))
                await channel.QueueBindAsync(queue, names.Exchange, key, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Only on a connection that has declared: what is bound now must not wait for what it replaces.</summary>
    /// <exception cref="RabbitMqTopologyException">This user may not.</exception>
    public async Task RemoveFormer(IConnection connection, CancellationToken cancellationToken)
    {
        var what = "";
        await Change(connection, () => what, RemoveAll, cancellationToken).ConfigureAwait(false);

        async Task RemoveAll(IChannel channel)
        {
            for (var partition = 0; partition < options.QueueCount; partition++)
            {
                var queue = names.Queue(partition);
                foreach (var key in Names.FormerBindingKeys(options, partition))
                {
                    what = $"removal of the binding '{key}' of queue '{queue}'";
                    await channel.QueueUnbindAsync(queue, names.Exchange, key, cancellationToken: cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task Change(IConnection connection, Func<string> what, Func<IChannel, Task> change, CancellationToken cancellationToken)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        try
        {
            await change(channel).ConfigureAwait(false);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode is PreconditionFailed or AccessRefused)
        {
            throw new RabbitMqTopologyException($"RabbitMQ refuses the {what()}: {e.ShutdownReason.ReplyText}", e);
        }
        finally
        {
            await channel.AbortAsync(CancellationToken.None).ConfigureAwait(false);
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Task<QueueDeclareOk> DeclareQueue(IChannel channel, string queue, Dictionary<string, object?> arguments, CancellationToken cancellationToken) =>
        channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
}
