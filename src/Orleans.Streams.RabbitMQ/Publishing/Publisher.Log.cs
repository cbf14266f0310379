using Microsoft.Extensions.Logging;

namespace Orleans.Streams.RabbitMQ.Publishing;

internal sealed partial class Publisher
{
    [LoggerMessage(LogLevel.Warning, "{Count} messages are sent to RabbitMQ again, because {Fault}.")]
    private partial void LogRepeating(int count, string fault);

    [LoggerMessage(LogLevel.Information, "RabbitMQ has refused messages; the next ones go over another channel.")]
    private partial void LogRenewing();

    [LoggerMessage(LogLevel.Warning, "The publishing channel to RabbitMQ failed; another one is opened.")]
    private partial void LogSessionFailed(Exception exception);
}
