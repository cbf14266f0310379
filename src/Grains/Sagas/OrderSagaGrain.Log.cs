using Microsoft.Extensions.Logging;
using Shop.Values;

namespace Shop.Sagas;

internal sealed partial class OrderSagaGrain
{
    [LoggerMessage(1, LogLevel.Debug, "Order {OrderId}: {Command} is left to the next activation: {Why}")]
    private partial void LogLeftToTheNextActivation(OrderId orderId, SagaCommand command, string why);

    [LoggerMessage(2, LogLevel.Error, "Order {OrderId}: {Command} failed; the step's deadline asks again.")]
    private partial void LogCommandFailed(OrderId orderId, SagaCommand command, Exception fault);
}
