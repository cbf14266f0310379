using Microsoft.Extensions.Logging;
using Shop.Values;

namespace Shop.Sagas;

internal sealed partial class SagaCommandRunner
{
    [LoggerMessage(1, LogLevel.Warning, "Order {OrderId}: {Command} got no answer on try {Tries}; will send it again: {TryAgain}.")]
    private partial void LogNoAnswer(OrderId orderId, SagaCommand command, int tries, bool tryAgain, Exception? fault);
}
