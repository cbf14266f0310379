using Microsoft.Extensions.Logging;

namespace Shop.Orders;

internal sealed partial class OrderGrain
{
    // Debug: thousands a second at full load, and every one is on the event stream.
    [LoggerMessage(1, LogLevel.Debug, "Order {Order} is placed (correlation {CorrelationId})")]
    private partial void LogPlaced(string order, string correlationId);

    [LoggerMessage(2, LogLevel.Information, "Order {Order} is refused for {Faults} line faults, the first is {FirstFault} (correlation {CorrelationId})")]
    private partial void LogRefused(string order, int faults, LineFaultKind firstFault, string correlationId);

    [LoggerMessage(3, LogLevel.Information, "Order {Order} was placed by another request under the same key (correlation {CorrelationId})")]
    private partial void LogMismatch(string order, string correlationId);
}
