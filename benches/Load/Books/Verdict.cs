using Shop.Benches.Load.Api;

namespace Shop.Benches.Load.Books;

/// <summary>Whether one order ended as its request, its payment method and the stock allow.</summary>
internal static class Verdict
{
    /// <summary>What is wrong with the order; null when it is as it must be. Only for orders that have reached their end.</summary>
    public static string? Of(PlacedOrder placed, OrderAnswer order, bool cancelAsked, bool mayRunOut)
    {
        if (order.Total.Amount != placed.Total)
            return $"order {order.Id} totals {order.Total.Amount}, ordered was {placed.Total}";
        if (!MayEndAs(placed.Request.Method, order, cancelAsked, mayRunOut))
            return $"order {order.Id} paid with {placed.Request.Method} ended {order.Status} ({order.Reason ?? "no reason"})";

        var net = order.Payment.Captured - order.Payment.Refunded;
        var due = order.IsSold ? placed.Total : 0;
        return net == due ? null : $"order {order.Id} is {order.Status} and holds {net} of the customer's money, due is {due}";
    }

    private static bool MayEndAs(string method, OrderAnswer order, bool cancelAsked, bool mayRunOut) => order.Status switch
    {
        "cancelled" => cancelAsked,
        "rejected" when order.Reason == "insufficient_stock" => mayRunOut,
        "rejected" => method != PaymentMethods.Ok,
        _ => order.IsSold && method == PaymentMethods.Ok,
    };
}

/// <summary>What the simulated gateway understands.</summary>
internal static class PaymentMethods
{
    public const string Ok = "tok_ok";
    public const string Declined = "tok_declined";
    public const string CaptureFails = "tok_capture_fails";
}
