using System.Net;
using Shop.Sagas;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.EndToEnd.Sagas;

[Collection(typeof(InAHastyShop))]
public class When_an_order_needs_a_person(HastyShop host)
{
    private readonly Shopper shop = new(host.Http);

    [Fact]
    public async Task Should_say_so_and_finish_when_an_operator_retries_what_failed()
    {
        var product = await shop.Product(stock: 10);
        var gate = CallGate.Fail($"p:{product}", "Ship");
        var order = await Place(product, "tok_ok");
        var saga = await NeedsAttention(order);
        Assert.Equal((true, "fulfilling", "ship 1"), (saga.At("stuck").GetBoolean(), saga.OrderStatus, saga.Outstanding()));
        Assert.Contains(await shop.Sagas("stuck=true"), s => s.GetProperty("id").GetString() == order);
        Assert.Contains(await shop.Sagas("stuck=true&state=fulfilling"), s => s.GetProperty("id").GetString() == order);
        Assert.DoesNotContain(await shop.Sagas("stuck=false"), s => s.GetProperty("id").GetString() == order);
        gate.Open();

        (await shop.Post($"/v1/ops/sagas/{order}/retry", """{"operator":"ann"}""", null)).Expect(HttpStatusCode.Accepted);

        await shop.OrderWhen(order, "completed");
        saga = await Saga(order);
        Assert.Equal((false, false), (saga.At("needsAttention").GetBoolean(), saga.At("stuck").GetBoolean()));
        Assert.Equal(["order-needs-attention", "order-retried", "order-completed"], saga.Events()[^3..]);
        Assert.Equal("ann", saga.At("timeline")[saga.Events().Length - 2].GetProperty("data").GetProperty("operator").GetString());
        Assert.DoesNotContain(await shop.Sagas("stuck=true"), s => s.GetProperty("id").GetString() == order);
        await shop.AssertBooks();
    }

    [Fact]
    public async Task Should_keep_asking_about_a_capture_for_ever()
    {
        var product = await shop.Product(stock: 10);
        var order = await Place(product, "tok_capture_timeout_uncharged");
        var saga = await NeedsAttention(order);
        Assert.True(saga.StepIs(SagaStep.CaptureUnknown));

        // Neither a person nor a cancellation decides what only the gateway knows.
        (await shop.Post($"/v1/ops/sagas/{order}/retry", null, null)).Expect(HttpStatusCode.Accepted);
        (await shop.Post($"/v1/orders/{order}/cancellations", null, Shopper.NewId("k"))).Expect(HttpStatusCode.Accepted);
        saga = await Shopper.Eventually(
            () => Saga(order), s => s.Events().Count(e => e == "order-needs-attention") == 2, "it needs attention again");

        Assert.Equal(("payment_unknown", "customer_request"), (saga.OrderStatus, saga.At("cancelRequested").GetString()));
        Assert.Contains("order-retried", saga.Events());
        Assert.Equal(2, (await shop.Stock(product)).At("held").GetInt32());
        await shop.AssertBooks();
    }

    private Task<Answer> NeedsAttention(string order) =>
        Shopper.Eventually(() => Saga(order), saga => saga.At("needsAttention").GetBoolean(), $"order {order} needs attention");

    private Task<Answer> Saga(string order) => shop.Get($"/v1/ops/sagas/{order}");

    private async Task<string> Place(string product, string method) =>
        (await shop.Post("/v1/orders", Shopper.OrderJson(product, 2, method), Shopper.NewId("k"))).Expect(HttpStatusCode.Created).OrderId;
}
