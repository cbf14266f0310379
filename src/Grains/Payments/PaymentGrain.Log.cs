using Microsoft.Extensions.Logging;

namespace Shop.Payments;

internal sealed partial class PaymentGrain
{
    [LoggerMessage(3, LogLevel.Warning, "The gateway authorized {Key} after it had been voided; it is voided again (correlation {CorrelationId})")]
    private partial void LogLateAuthorization(string key, string correlationId);
}
