using Shop.Benches.Load.Api;

namespace Shop.Benches.Load.Books;

/// <summary>Whether one order ended as its request, its payment method, the stock and the shop's own promises allow.</summary>
internal static class Verdict
{
    /// <summary>What is wrong with the order; null when it is as it must be. Only for orders that have reached their end.</summary>
    public static string? Of(OrderBook book, PlacedOrder placed, OrderAnswer order)
    {
        if (order.Total.Amount != placed.Total)
            return $"order {order.Id} totals {order.Total.Amount}, ordered was {placed.Total}";
        if (!MayEndSo(book, placed, order))
            return $"order {order.Id} paid with {book.MethodOf(placed)} ended {order.Status} ({order.Reason ?? "no reason"})";
        if (!IsAsPromised(book, placed, order))
            return $"order {order.Id} ended {order.Status}, its cancellation was answered {book.CancelAnswerOf(placed)?.Outcome}";

        var net = order.Payment.Captured - order.Payment.Refunded;
        var due = order.IsSold ? placed.Total : 0;
        return net == due ? null : $"order {order.Id} is {order.Status} and holds {net} of the customer's money, due is {due}";
    }

    private static bool MayEndSo(OrderBook book, PlacedOrder placed, OrderAnswer order) => order.Status switch
    {
        "cancelled" => book.WasCancelAsked(placed),
        "rejected" when order.Reason == "insufficient_stock" => book.MayRunOut(placed),
        "rejected" => !PaymentMethods.Works(book.MethodOf(placed)),
        _ => order.IsSold && PaymentMethods.Works(book.MethodOf(placed)),
    };

    // An order that could not have ended otherwise by itself: the answer to the cancellation alone decides.
    private static bool IsAsPromised(OrderBook book, PlacedOrder placed, OrderAnswer order) =>
        placed.Request.Method != PaymentMethods.Ok || book.MayRunOut(placed) || book.CancelAnswerOf(placed) is not { } answer
        || (answer.IsPromised ? order.Status == "cancelled" : order.IsSold);
}

/// <summary>What the simulated gateway understands.</summary>
internal static class PaymentMethods
{
    public const string Ok = "tok_ok";
    public const string Declined = "tok_declined";
    public const string CaptureFails = "tok_capture_fails";

    /// <summary>Authorized, but the answer is lost: found out by looking it up.</summary>
    public const string Timeout = "tok_timeout";

    /// <summary>Nothing is authorized, and no answer comes.</summary>
    public const string TimeoutUncharged = "tok_timeout_uncharged";

    /// <summary>Captured, but the answer is lost: found out by looking it up.</summary>
    public const string CaptureTimeout = "tok_capture_timeout";

    public static bool Works(string method) => method is Ok or Timeout or CaptureTimeout;
}
