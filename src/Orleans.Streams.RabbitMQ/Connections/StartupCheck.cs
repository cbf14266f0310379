using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace Orleans.Streams.RabbitMQ.Connections;

/// <summary>Makes sure that the broker is there, and is what it should be, before the silo or client takes any work.</summary>
internal sealed partial class StartupCheck(BrokerConnection connection, string provider, BrokerAddress address, TimeProvider time, ILogger<StartupCheck> logger)
{
    /// <exception cref="OrleansConfigurationException">
    /// No broker could be reached in time, or it refused all that time; or a queue there is different, which no waiting changes. One clear sentence.
    /// </exception>
    public async Task Run(TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        string? told = null;
        for (var failures = 1; ; failures++)
        {
            try
            {
                await connection.TryOpen(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RabbitMqTopologyException e) when (RefusalOf(e) is null)
            {
                throw new OrleansConfigurationException($"RabbitMQ stream provider '{provider}': {e.Message}", e);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                var fault = e is RabbitMqTopologyException ? e.Message
                    : RefusalOf(e) is { } refusal ? $"{address} refuses the connection: {refusal}"
                    : $"no broker answers at {address}: {e.GetBaseException().Message}";
                if (limit != Timeout.InfiniteTimeSpan && time.GetElapsedTime(started) >= limit)
                    throw new OrleansConfigurationException($"RabbitMQ stream provider '{provider}': {fault}", e);
                // Once for each reason: nothing else tells why the process is not ready.
                if (told != fault)
                    LogWaits(provider, address, limit == Timeout.InfiniteTimeSpan ? "without end" : $"up to {limit}", told = fault);
                await Task.Delay(Backoff.After(failures), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "RabbitMQ stream provider '{Provider}' waits for a broker at {Address}, {Limit}, before anything starts: {Fault}")]
    private partial void LogWaits(string provider, BrokerAddress address, string limit, string fault);

    /// <summary>The broker is there, and lets nobody in by this user, password or virtual host: somebody may make them yet.</summary>
    public static string? RefusalOf(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case AuthenticationFailureException or PossibleAuthenticationFailureException:
                    return e.Message;
                case OperationInterruptedException { ShutdownReason.ReplyCode: 403 or 530 } interrupted:
                    return interrupted.ShutdownReason!.ReplyText;
            }
        }

        return null;
    }
}
