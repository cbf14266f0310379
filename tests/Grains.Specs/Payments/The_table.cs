using Grains.Specs.Tables;
using Shop.Gateway;
using Shop.Payments;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

/// <summary>Every operation on every state of the books, before the gateway is asked and with each reply it can give.</summary>
public sealed partial class The_table
{
    private const string NoAnswer = "no answer";

    private static readonly LookupPayment OfAuthorization = new(Auth, Trace);
    private static readonly LookupPayment OfCapture = new(Capture, Trace, Auth);

    private static readonly GatewayReply<GatewayAuthorization>[] Authorizations =
    [
        Reply(new GatewayAuthorization.Authorized(Hundred)), Reply(new GatewayAuthorization.Declined("card_declined", Hundred)),
        Reply(new GatewayAuthorization.Voided(Euro(0))), Reply(new GatewayAuthorization.NotFound()), Nothing<GatewayAuthorization>(),
    ];

    private static readonly GatewayReply<GatewayCapture>[] Captures =
    [
        Reply(new GatewayCapture.Captured(Hundred)), Reply(new GatewayCapture.Failed("capture_refused", Hundred)),
        Reply(new GatewayCapture.NotFound()), Nothing<GatewayCapture>(),
    ];

    private static readonly GatewayReply<GatewayVoid>[] Voids =
    [
        Reply(new GatewayVoid.Voided(Hundred)), Reply(new GatewayVoid.Declined("card_declined", Hundred)),
        Reply(new GatewayVoid.Captured(Capture, Hundred)), Nothing<GatewayVoid>(),
    ];

    private static readonly GatewayReply<GatewayRefund>[] Refunds =
        [Reply(new GatewayRefund.Refunded(Hundred)), Reply(new GatewayRefund.Failed("refund_refused")), Nothing<GatewayRefund>()];

    private static readonly Dictionary<string, Func<PaymentState, string>> Inputs = new(
    [
        .. Operation("Authorize", b => PaymentDecider.Recall(b, Authorize), Authorizations, (b, r) => PaymentDecider.Conclude(b, Authorize, r)),
        .. Operation("Capture", b => PaymentDecider.Recall(b, CaptureAll), Captures, (b, r) => PaymentDecider.Conclude(b, CaptureAll, r)),
        .. Operation("Void", b => PaymentDecider.Recall(b, VoidIt), Voids, (b, r) => PaymentDecider.Conclude(b, VoidIt, r)),
        .. Operation("Refund", b => PaymentDecider.Recall(b, RefundAll), Refunds, (b, r) => PaymentDecider.Conclude(b, RefundAll, r)),
        .. Operation(
            "LookupAuthorization", b => PaymentDecider.Recall(b, OfAuthorization), Authorizations,
            (b, r) => PaymentDecider.Conclude(b, OfAuthorization, r)),
        .. Operation(
            "LookupCapture", b => PaymentDecider.Recall(b, OfCapture), Captures, (b, r) => PaymentDecider.Conclude(b, OfCapture, Auth, r)),
    ]);

    private static readonly WrittenTable Named = new(Table);

    public static IEnumerable<TheoryDataRow<string, string>> Cells() =>
        from books in Named.States from input in Inputs.Keys select new TheoryDataRow<string, string>(books, input);

    [Theory, MemberData(nameof(Cells))]
    public void Each_cell_is_as_written(string books, string input)
    {
        var written = Named[books, input];
        if (written.Length == 0)
            written = Named[books, input.Split(" ← ")[0]];

        Assert.Equal(written, Inputs[input](Books[books]));
    }

    [Fact]
    public void Every_operation_meets_every_reply_by_all_books()
    {
        var commands = typeof(PaymentDecider).GetMethods().Where(m => m.Name == "Recall").Select(m => m.GetParameters()[1].ParameterType);
        Assert.Equal(
            commands.OrderBy(c => c.Name),
            [typeof(AuthorizePayment), typeof(CapturePayment), typeof(LookupPayment), typeof(RefundPayment), typeof(VoidPayment)]);
        AllAnswers(Authorizations);
        AllAnswers(Captures);
        AllAnswers(Voids);
        AllAnswers(Refunds);

        var kept = Books.Values.SelectMany(b => b.Operations).Select(o => $"{o.Kind} {o.Outcome}").Distinct();
        Assert.Equal(
            ["Authorize Refused", "Authorize Succeeded", "Authorize Voided", "Capture Refused", "Capture Succeeded", "Refund Succeeded"], kept.Order());
        Assert.Equal(Books.Keys.Order(), Named.States.Order());
        Assert.Empty(Named.Written.Select(c => c.Input).Except(Inputs.Keys));
    }

    private static void AllAnswers<TAnswer>(GatewayReply<TAnswer>[] replies) where TAnswer : class =>
        Assert.Equal(
            typeof(TAnswer).GetNestedTypes().Select(t => t.Name).Append(NoAnswer).Order(),
            replies.Select(NameOf).Order());

    private static IEnumerable<KeyValuePair<string, Func<PaymentState, string>>> Operation<TResult, TReply>(
        string name,
        Func<PaymentState, TResult?> recall,
        GatewayReply<TReply>[] replies,
        Func<PaymentState, GatewayReply<TReply>, PaymentDecision<TResult>> conclude)
        where TResult : class where TReply : class =>
    [
        new(name, books => recall(books) is { } known ? $"→ {Told(known)}" : "asks"),
        .. replies.Select(reply => new KeyValuePair<string, Func<PaymentState, string>>(
            $"{name} ← {NameOf(reply)}", books => Outcome(conclude(books, reply)))),
    ];

    private static string NameOf<TReply>(GatewayReply<TReply> reply) where TReply : class => reply.Answer?.GetType().Name ?? NoAnswer;

    private static string Outcome<TResult>(PaymentDecision<TResult> decision) where TResult : class
    {
        Assert.False(decision is { EndAtGateway: true, Fact: not null }, "What the gateway is to end is not news.");
        var fact = decision.Fact is null ? "" : $"; {decision.Fact.GetType().Name}";
        return $"→ {Told(decision.Answer)}{fact}{(decision.EndAtGateway ? ", once it is ended at the gateway" : "")}";
    }

    private static string Told(object answer) => answer.GetType().Name + answer switch
    {
        AuthorizeResult.Declined a => $" {a.Code}",
        CaptureResult.Failed a => $" {a.Code}",
        RefundResult.Failed a => $" {a.Code}",
        LookupResult.Declined a => $" {a.Code}",
        LookupResult.CaptureFailed a => $" {a.Code}",
        _ => "",
    };
}
