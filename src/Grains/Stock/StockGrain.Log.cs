using Microsoft.Extensions.Logging;
using Shop.Values;

namespace Shop.Stock;

internal sealed partial class StockGrain
{
    [LoggerMessage(1, LogLevel.Information, "Stock of {Product} is adjusted by {Delta} ({Reason}) to {OnHand} (correlation {CorrelationId})")]
    private partial void LogAdjusted(ProductId product, long delta, string reason, long onHand, string correlationId);

    [LoggerMessage(2, LogLevel.Warning, "Reservation {Reservation} of {Product} was to be shipped but is not held (correlation {CorrelationId})")]
    private partial void LogNotHeld(ProductId product, string reservation, string correlationId);
}
