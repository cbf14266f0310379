using Grains.Specs.Fakes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shop.Gateway;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

public sealed class When_the_simulated_gateway_fails_after_authorizing
{
    private readonly RowsInMemory rows = new();
    private readonly FakeTimeProvider clock = new();
    private readonly SimulatedGatewayOptions options = new();

    private SimulatedGateway Gateway => new(rows, clock, Options.Create(options));

    [Fact]
    public async Task Should_capture_and_lose_the_answer()
    {
        await Authorize("tok_capture_timeout");
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(8), clock);
        var call = Gateway.Capture(Auth, Capture, Hundred, giveUp.Token);
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(8));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(new GatewayCapture.Captured(Hundred), await Lookup());
        Assert.Equal(new GatewayCapture.Captured(Hundred), await TakeAll());
        Assert.Equal((100, 0), await CapturedAndRefunded());
        Assert.Equal(new GatewayRefund.Refunded(Hundred), await GiveBack());
    }

    [Fact]
    public async Task Should_lose_the_capture_without_charging()
    {
        await Authorize("tok_capture_timeout_uncharged");
        for (var times = 0; times < 2; times++)
        {
            var call = TakeAll();
            Assert.False(call.IsCompleted);
            clock.Advance(options.HangLimit);
            await Assert.ThrowsAsync<TimeoutException>(() => call);
        }

        Assert.Equal(new GatewayCapture.NotFound(), await Lookup());
        Assert.Equal((0, 0), await CapturedAndRefunded());
        Assert.Equal(new GatewayVoid.Voided(Hundred), await Gateway.Void(Auth, Hundred, default));
        Assert.Equal(new GatewayCapture.Failed("authorization_ended", Hundred), await TakeAll());
    }

    [Theory]
    [InlineData("tok_capture_timeout")]
    [InlineData("tok_capture_timeout_uncharged")]
    public async Task Should_still_answer_to_more_than_was_authorized(string method)
    {
        await Authorize(method);

        Assert.Equal(new GatewayCapture.Failed("amount_too_large", Euro(101)), await Gateway.Capture(Auth, Capture, Euro(101), default));
    }

    [Fact]
    public async Task Should_refuse_a_few_refunds_also_across_restarts()
    {
        await Authorize("tok_refund_flaky");
        Assert.Equal(new GatewayCapture.Captured(Hundred), await TakeAll());

        for (var refusal = 0; refusal < options.FlakyFailures; refusal++)
        {
            Assert.Equal(new GatewayRefund.Failed("refund_refused"), await GiveBack());
            Assert.Equal((100, 0), await CapturedAndRefunded());
        }

        Assert.Equal(new GatewayRefund.Refunded(Hundred), await GiveBack());
        Assert.Equal(new GatewayRefund.Refunded(Hundred), await GiveBack());
        Assert.Equal((100, 100), await CapturedAndRefunded());
    }

    private async Task Authorize(string method) =>
        Assert.Equal(new GatewayAuthorization.Authorized(Hundred), await Gateway.Authorize(Auth, Hundred, method, default));

    private Task<GatewayCapture> TakeAll() => Gateway.Capture(Auth, Capture, Hundred, default);

    private Task<GatewayCapture> Lookup() => Gateway.LookupCapture(Auth, Capture, default);

    private Task<GatewayRefund> GiveBack() => Gateway.Refund(Auth, Capture, Refund, Hundred, default);

    private async Task<(long Captured, long Refunded)> CapturedAndRefunded()
    {
        var account = (await rows.Read<GatewayAccount>(SimulatedGateway.LedgerKind, Auth))!.Value;
        return (account.Captured, account.Refunded);
    }
}
