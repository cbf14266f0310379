using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace Orleans.Streams.RabbitMQ.Connections;

/// <summary>Makes sure that the broker is there, and is what it should be, before the silo or client takes any work.</summary>
internal sealed partial class StartupCheck(BrokerConnection connection, string provider, BrokerAddress address, TimeProvider time, ILogger<StartupCheck> logger)
{
    /// <exception cref="OrleansConfigurationException">The broker refuses; or it could not be reached in time. One clear sentence.</exception>
    public async Task Run(TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            try
            {
                await connection.TryOpen(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RabbitMqTopologyException e)
            {
                throw new OrleansConfigurationException($"RabbitMQ stream provider '{provider}': {e.Message}", e);
            }
            catch (Exception e) when (RefusalOf(e) is { } refusal)
            {
                throw new OrleansConfigurationException($"RabbitMQ stream provider '{provider}': {address} refuses the connection: {refusal}", e);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (limit != Timeout.InfiniteTimeSpan && time.GetElapsedTime(started) >= limit)
                    throw new OrleansConfigurationException($"RabbitMQ stream provider '{provider}': no broker answers at {address}: {e.GetBaseException().Message}", e);
                // Once: nothing else tells why the process is not ready.
                if (failures == 1)
                    LogWaits(provider, address, e.GetBaseException().Message);
                await Task.Delay(Backoff.After(failures), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "RabbitMQ stream provider '{Provider}' waits for a broker at {Address} before anything starts: {Fault}")]
    private partial void LogWaits(string provider, BrokerAddress address, string fault);

    /// <summary>What no waiting will change: user, password, virtual host, permissions.</summary>
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
