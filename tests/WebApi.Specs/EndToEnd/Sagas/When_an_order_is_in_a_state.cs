using System.Net;
using Shop.Sagas;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Sagas;

/// <summary>The rows of docs/saga.md as a client and an operator see them, each reached over HTTP and left again.</summary>
[Collection(typeof(InASteadyShop))]
public class When_an_order_is_in_a_state(SteadyShop host)
{
    private readonly Shopper shop = new(host.Http);

    public static TheoryData<SagaStep?, string, string, string, string, string> States => new()
    {
        // step, status, lines, attempts, outstanding, payment
        { null, "placed", "asked", "", "", "none 0 0" },
        { SagaStep.Reserving, "reserving", "asked", "tok_ok asked", "reserve 1", "none 0 0" },
        { SagaStep.Authorizing, "authorizing", "held", "tok_declined declined, tok_ok asked", "lookup_authorization 2", "none 0 0" },
        { SagaStep.AwaitingPayment, "awaiting_payment", "held", "tok_declined declined", "", "declined 0 0" },
        { SagaStep.AuthorizationUnknown, "payment_unknown", "held", "tok_timeout asked", "lookup_authorization 1", "unknown 0 0" },
        { SagaStep.Capturing, "capturing", "held", "tok_ok authorized", "lookup_capture 1", "authorized 0 0" },
        { SagaStep.CaptureUnknown, "payment_unknown", "held", "tok_capture_timeout authorized", "lookup_capture 1", "unknown 0 0" },
        { SagaStep.Confirmed, "confirmed", "held", "tok_ok captured", "", "captured 3998 0" },
    };

    [Theory]
    [MemberData(nameof(States))]
    public async Task Should_show_it_to_client_and_operator(
        SagaStep? step, string status, string lines, string attempts, string outstanding, string payment)
    {
        var order = await ParkedOrder.In(shop, step);

        var saga = await order.Saga();
        var seen = await order.Read();

        Assert.Equal((status, status), (seen.OrderStatus, saga.OrderStatus));
        Assert.Equal(seen.At("version").GetInt64(), saga.At("version").GetInt64());
        Assert.Equal(payment, seen.Payment());
        var line = Assert.Single(saga.At("lines").EnumerateArray());
        Assert.Equal($$"""{"line":1,"productId":"{{order.Product}}","quantity":2,"status":"{{lines}}"}""", line.GetRawText());
        Assert.Equal(attempts, string.Join(", ", saga.At("attempts").EnumerateArray().Select(a => $"{a.GetProperty("method").GetString()} {a.GetProperty("status").GetString()}")));
        Assert.Equal(outstanding, saga.Outstanding());
        Assert.Equal((false, false), (saga.At("needsAttention").GetBoolean(), saga.At("stuck").GetBoolean()));
        Assert.True(saga.At("dueAt").GetDateTime() > saga.At("since").GetDateTime());
        Assert.Equal(0, saga.At("watchdog", "attempts").GetInt32());
        Assert.Equal((await shop.Get($"/v1/orders/{order.Id}/events")).At("data").GetRawText(), saga.At("timeline").GetRawText());
        await AssertListed(order, status);
        await order.LetGo();
        // Not on its way any more when the next spec looks at the shop.
        await order.When(step is SagaStep.AwaitingPayment ? "awaiting_payment" : "confirmed");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(SagaStep.Reserving)]
    [InlineData(SagaStep.Authorizing)]
    [InlineData(SagaStep.AuthorizationUnknown)]
    [InlineData(SagaStep.Capturing)]
    [InlineData(SagaStep.CaptureUnknown)]
    public async Task Should_confirm_it_once_what_it_waits_for_is_there(SagaStep? step)
    {
        var order = await ParkedOrder.In(shop, step);

        await order.LetGo();

        Assert.Equal("captured 3998 0", (await order.When("confirmed")).Payment());
        Assert.Equal((2, 8), await order.Stock());
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_confirm_it_when_another_card_pays()
    {
        var order = await ParkedOrder.In(shop, SagaStep.AwaitingPayment);

        (await order.Pay("tok_ok")).Expect(HttpStatusCode.Accepted);

        Assert.Equal("captured 3998 0", (await order.When("confirmed")).Payment());
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_reject_it_after_the_fourth_card()
    {
        var order = await ParkedOrder.In(shop, SagaStep.AwaitingPayment);
        foreach (var version in (int[])[6, 8])
        {
            (await order.Pay("tok_insufficient_funds")).Expect(HttpStatusCode.Accepted);
            await Shopper.Eventually(order.Read, o => o.OrderStatus == "awaiting_payment" && o.At("version").GetInt32() == version, "the card is declined");
        }

        (await order.Pay("tok_declined")).Expect(HttpStatusCode.Accepted);

        var rejected = await order.When("rejected");
        Assert.Equal(("payment_declined", "declined 0 0"), (rejected.Reason(), rejected.Payment()));
        Assert.Equal((0, 10), await order.Stock());
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_show_what_is_being_undone()
    {
        var order = await ParkedOrder.In(shop, SagaStep.Compensating);

        var saga = await order.Saga();

        Assert.Equal(("compensating", "payment_declined"), (saga.OrderStatus, saga.Reason()));
        Assert.Equal("release 1, void 1", saga.Outstanding());
        await AssertListed(order, "compensating");
        await order.LetGo();
        Assert.Equal("voided 0 0", (await order.When("rejected")).Payment());
        var ended = await order.Saga();
        Assert.Equal(("", System.Text.Json.JsonValueKind.Null), (ended.Outstanding(), ended.At("watchdog").ValueKind));
        await AssertListed(order, "rejected");
        await shop.AssertBooks();
    }

    private async Task AssertListed(ParkedOrder order, string status)
    {
        var listed = await shop.Sagas($"state={status}");

        Assert.All(listed, saga => Assert.Equal(status, saga.GetProperty("status").GetString()));
        var mine = Assert.Single(listed, saga => saga.GetProperty("id").GetString() == order.Id);
        var saga = await order.Saga();
        Assert.All(mine.EnumerateObject(), member => Assert.Equal(saga.At(member.Name).GetRawText(), member.Value.GetRawText()));
    }
}
