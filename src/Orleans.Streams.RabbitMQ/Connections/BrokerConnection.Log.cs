using Microsoft.Extensions.Logging;

namespace Orleans.Streams.RabbitMQ.Connections;

internal sealed partial class BrokerConnection
{
    [LoggerMessage(LogLevel.Information, "Connected to RabbitMQ at {Host}:{Port} for {Purpose}.")]
    private partial void LogOpen(BrokerPurpose purpose, string host, int port);

    [LoggerMessage(LogLevel.Warning, "No connection to RabbitMQ at {Address} for {Purpose} (attempt {Attempt}); it is tried again: {Fault}")]
    private partial void LogNotOpen(BrokerPurpose purpose, string address, int attempt, string fault);

    [LoggerMessage(LogLevel.Warning, "The connection to RabbitMQ for {Purpose} is given up: {Why}")]
    private partial void LogDiscarded(BrokerPurpose purpose, string why);

    [LoggerMessage(LogLevel.Warning, "RabbitMQ blocks the connection for {Purpose}: {Reason}")]
    private partial void LogBlocked(BrokerPurpose purpose, string reason);
}
