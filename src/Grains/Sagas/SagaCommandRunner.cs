using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shop.Orders;
using Shop.Payments;
using Shop.Stock;
using Shop.Values;

namespace Shop.Sagas;

/// <summary>
/// Carries a saga's commands to stock and payment and brings the answers back as inputs. Transient faults are retried here:
/// a few times before the pivot, for ever in fulfilment and compensation.
/// </summary>
internal sealed partial class SagaCommandRunner(
    IGrainFactory grains, IOptions<SagaOptions> sagas, ILogger<SagaCommandRunner> log, Random? jitter = null)
{
    private readonly SagaOptions options = sagas.Value;
    private readonly Random jitter = jitter ?? Random.Shared;

    /// <param name="command">What to ask.</param>
    /// <param name="state">The saga as it is.</param>
    /// <param name="wait">Pauses between tries; ends early when somebody asks to hurry.</param>
    /// <returns>The answer; null when there is none and the step's deadline has to see to it.</returns>
    /// <exception cref="OperationCanceledException">The activation is ending.</exception>
    public async Task<SagaInput?> Run(SagaCommand command, SagaState state, Func<TimeSpan, Task> wait)
    {
        for (var tries = 1; ; tries++)
        {
            Exception? fault = null;
            try
            {
                if (await Send(command, state) is { } input)
                    return input;
            }
            catch (Exception e)
            {
                fault = e;
            }

            var (tryAgain, otherwise) = AfterFault(command, tries);
            LogNoAnswer(state.Placement.OrderId, command, tries, tryAgain, fault);
            if (!tryAgain)
                return otherwise;
            await wait(Pause(command, tries));
        }
    }

    /// <summary>Whether to send the same key again, and what to tell the saga otherwise.</summary>
    private (bool TryAgain, SagaInput? Otherwise) AfterFault(SagaCommand command, int tries) => command switch
    {
        SagaCommand.Reserve => (tries < options.TriesBeforePivot, null),
        SagaCommand.Authorize c => (tries < options.TriesBeforePivot, new SagaInput.AuthorizationUnknown(c.Attempt)),
        SagaCommand.Capture c => (false, new SagaInput.CaptureUnknown(c.Attempt)),
        // The next look-up comes with the deadline.
        SagaCommand.LookupAuthorization or SagaCommand.LookupCapture => (false, null),
        SagaCommand.Release or SagaCommand.Ship or SagaCommand.Void or SagaCommand.Refund => (true, null),
        _ => throw new UnreachableException(),
    };

    private TimeSpan Pause(SagaCommand command, int tries)
    {
        var limit = command is SagaCommand.Reserve or SagaCommand.Authorize ? options.RetryDelayLimit : options.RedriveLimit;
        return SagaOptions.Doubled(options.RetryDelay, tries - 1, limit) * (0.5 + (jitter.NextDouble() / 2));
    }

    /// <returns>Null: no answer that counts; as good as a fault.</returns>
    private async Task<SagaInput?> Send(SagaCommand command, SagaState state)
    {
        var order = state.Placement;
        return command switch
        {
            SagaCommand.Reserve c => await StockOf(order, c.Line).Reserve(
                new ReserveStock(Reservation(order, c.Line), LineOf(order, c.Line).Quantity, c.NotAfter, Trace(order))) switch
            {
                ReserveStockResult.Held => new SagaInput.LineHeld(c.Line),
                ReserveStockResult.Refused => new SagaInput.LineRefused(c.Line),
                ReserveStockResult.Ended => new SagaInput.LineEnded(c.Line),
                ReserveStockResult.TooLate r => new SagaInput.LineTooLate(c.Line, c.NotAfter, r.Until),
                _ => throw new UnreachableException(),
            },
            // Releases and shipments begin when their step is durable, and nothing moves the limit after that: memory's is the stored one,
            // and no Reserve had a later.
            SagaCommand.Release c => await StockOf(order, c.Line).Release(
                new ReleaseStock(Reservation(order, c.Line), state.ReserveNotAfter, Trace(order))) switch
            {
                ReleaseStockResult.Released => new SagaInput.LineReleased(c.Line),
                // Only a saga in fulfilment ships, and it never turns back.
                ReleaseStockResult.Shipped => throw new UnreachableException(),
                _ => throw new UnreachableException(),
            },
            SagaCommand.Ship c => await StockOf(order, c.Line).Ship(
                new ShipStock(Reservation(order, c.Line), state.ReserveNotAfter, Trace(order))) switch
            {
                // Nobody but this saga ends its holds, and it has not released them: not held any more means shipped earlier and forgotten.
                ShipStockResult.Shipped or ShipStockResult.NotHeld => new SagaInput.LineShipped(c.Line),
                _ => throw new UnreachableException(),
            },
            SagaCommand.Authorize c => await PaymentOf(order).Authorize(
                new AuthorizePayment(PaymentKeys.Authorization(order.OrderId, c.Attempt), order.Total, state.Attempts[c.Attempt - 1].Method, Trace(order))) switch
            {
                AuthorizeResult.Authorized => new SagaInput.Authorized(c.Attempt),
                AuthorizeResult.Declined r => new SagaInput.Declined(c.Attempt, r.Code),
                AuthorizeResult.Voided => new SagaInput.Voided(c.Attempt),
                AuthorizeResult.Unknown => new SagaInput.AuthorizationUnknown(c.Attempt),
                _ => throw new UnreachableException(),
            },
            SagaCommand.LookupAuthorization c => await PaymentOf(order).Lookup(
                new LookupPayment(PaymentKeys.Authorization(order.OrderId, c.Attempt), Trace(order))) switch
            {
                LookupResult.Authorized => new SagaInput.Authorized(c.Attempt),
                LookupResult.Declined r => new SagaInput.Declined(c.Attempt, r.Code),
                LookupResult.Voided => new SagaInput.Voided(c.Attempt),
                LookupResult.NotFound => new SagaInput.AuthorizationNotFound(c.Attempt),
                LookupResult.Unknown => null,
                _ => throw new UnreachableException(),
            },
            SagaCommand.Capture c => await PaymentOf(order).Capture(
                new CapturePayment(
                    PaymentKeys.Capture(order.OrderId, c.Attempt), PaymentKeys.Authorization(order.OrderId, c.Attempt), order.Total, Trace(order))) switch
            {
                CaptureResult.Captured => new SagaInput.Captured(c.Attempt),
                CaptureResult.Failed r => new SagaInput.CaptureFailed(c.Attempt, r.Code),
                CaptureResult.Unknown => new SagaInput.CaptureUnknown(c.Attempt),
                _ => throw new UnreachableException(),
            },
            SagaCommand.LookupCapture c => await PaymentOf(order).Lookup(
                new LookupPayment(PaymentKeys.Capture(order.OrderId, c.Attempt), Trace(order), PaymentKeys.Authorization(order.OrderId, c.Attempt))) switch
            {
                LookupResult.Captured => new SagaInput.Captured(c.Attempt),
                LookupResult.CaptureFailed r => new SagaInput.CaptureFailed(c.Attempt, r.Code),
                LookupResult.NotFound => new SagaInput.CaptureNotFound(c.Attempt),
                LookupResult.Unknown => null,
                _ => throw new UnreachableException(),
            },
            SagaCommand.Void c => await PaymentOf(order).Void(
                new VoidPayment(PaymentKeys.Authorization(order.OrderId, c.Attempt), order.Total, Trace(order))) switch
            {
                VoidResult.Voided => new SagaInput.Voided(c.Attempt),
                VoidResult.AlreadyCaptured => new SagaInput.Captured(c.Attempt),
                VoidResult.Unknown => null,
                _ => throw new UnreachableException(),
            },
            SagaCommand.Refund c => await PaymentOf(order).Refund(
                new RefundPayment(
                    PaymentKeys.Refund(order.OrderId, c.Attempt), PaymentKeys.Capture(order.OrderId, c.Attempt), order.Total, Trace(order))) switch
            {
                RefundResult.Refunded => new SagaInput.Refunded(c.Attempt),
                RefundResult.Failed r => new SagaInput.RefundRefused(c.Attempt, r.Code),
                RefundResult.Unknown => null,
                _ => throw new UnreachableException(),
            },
            _ => throw new UnreachableException(),
        };
    }

    private static OrderLine LineOf(OrderPlacement order, int line) => order.Lines[line - 1];

    private static ReservationId Reservation(OrderPlacement order, int line) => new(order.OrderId, line, Attempt: 1);

    private static TraceContext Trace(OrderPlacement order) => order.Trace.CausedBy(order.OrderId.Key);

    private IStockGrain StockOf(OrderPlacement order, int line) => grains.GetGrain<IStockGrain>(LineOf(order, line).ProductId.Key);

    private IPaymentGrain PaymentOf(OrderPlacement order) => grains.GetGrain<IPaymentGrain>(order.OrderId.Key);
}
