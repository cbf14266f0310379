using Grains.Specs.Fakes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shop.Gateway;
using Shop.Values;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

public sealed class When_the_simulated_gateway_is_asked
{
    private readonly RowsInMemory rows = new();
    private readonly FakeTimeProvider clock = new();
    private readonly SimulatedGatewayOptions options = new();

    private SimulatedGateway Gateway => new(rows, clock, Options.Create(options));

    [Theory]
    [InlineData("tok_declined", "card_declined")]
    [InlineData("tok_insufficient_funds", "insufficient_funds")]
    [InlineData("tok_of_somebody_else", "unknown_payment_method")]
    [InlineData("", "unknown_payment_method")]
    public async Task Should_decline_for_ever(string method, string code)
    {
        Assert.Equal(new GatewayAuthorization.Declined(code, Hundred), await Authorize(method));
        Assert.Equal(new GatewayAuthorization.Declined(code, Hundred), await Authorize("tok_ok"));
        Assert.Equal(new GatewayAuthorization.Declined(code, Hundred), await Lookup());
        Assert.Equal(new GatewayVoid.Declined(code, Hundred), await Gateway.Void(Auth, Hundred, default));
        Assert.Equal(new GatewayCapture.Failed("nothing_authorized", Hundred), await TakeAll());
        Assert.Equal((0L, 0L), ((await Account()).StillAuthorized, (await Account()).Captured));
    }

    [Fact]
    public async Task Should_authorize_capture_and_refund_once_for_each_key()
    {
        for (var times = 0; times < 3; times++)
        {
            Assert.Equal(new GatewayAuthorization.Authorized(Hundred), await Authorize("tok_ok"));
            Assert.Equal(new GatewayCapture.Captured(Hundred), await TakeAll());
            Assert.Equal(new GatewayRefund.Refunded(Euro(40)), await Gateway.Refund(Auth, Capture, Refund, Euro(40), default));
        }

        var account = await Account();
        Assert.Equal((100, 40, 0), (account.Captured, account.Refunded, account.StillAuthorized));
        Assert.Equal(new GatewayCapture.Captured(Hundred), await Gateway.LookupCapture(Auth, Capture, default));
    }

    [Fact]
    public async Task Should_never_take_more_than_is_authorized()
    {
        await Authorize("tok_ok");

        Assert.Equal(new GatewayCapture.Captured(Euro(60)), await Gateway.Capture(Auth, "c:1", Euro(60), default));
        Assert.Equal(new GatewayCapture.Failed("amount_too_large", Euro(41)), await Gateway.Capture(Auth, "c:2", Euro(41), default));
        Assert.Equal(new GatewayCapture.Failed("amount_too_large", Euro(41)), await Gateway.LookupCapture(Auth, "c:2", default));
        Assert.Equal(
            new GatewayCapture.Failed("amount_too_large", new Money(1, "USD")), await Gateway.Capture(Auth, "c:3", new Money(1, "USD"), default));
        Assert.IsType<GatewayCapture.Failed>(await Gateway.Capture(Auth, "c:4", Euro(-1), default));
        Assert.Equal(new GatewayCapture.Captured(Euro(40)), await Gateway.Capture(Auth, "c:5", Euro(40), default));

        Assert.Equal((100, 0), ((await Account()).Captured, (await Account()).StillAuthorized));
    }

    [Fact]
    public async Task Should_never_give_back_more_than_was_captured()
    {
        await Authorize("tok_ok");
        Assert.Equal(new GatewayRefund.Failed("nothing_captured"), await Gateway.Refund(Auth, Capture, Refund, Hundred, default));
        await TakeAll();

        Assert.Equal(new GatewayRefund.Refunded(Euro(60)), await Gateway.Refund(Auth, Capture, "r:1", Euro(60), default));
        Assert.Equal(new GatewayRefund.Failed("amount_too_large"), await Gateway.Refund(Auth, Capture, "r:2", Euro(41), default));
        Assert.Equal(new GatewayRefund.Failed("nothing_captured"), await Gateway.Refund(Auth, "another", "r:3", Euro(1), default));
        Assert.Equal(new GatewayRefund.Refunded(Euro(40)), await Gateway.Refund(Auth, Capture, "r:2", Euro(40), default));

        Assert.Equal(100, (await Account()).Refunded);
    }

    [Fact]
    public async Task Should_refuse_to_capture_or_refund_what_it_does_not_know()
    {
        Assert.Equal(new GatewayCapture.Failed("nothing_authorized", Hundred), await TakeAll());
        Assert.Equal(new GatewayRefund.Failed("nothing_captured"), await Gateway.Refund(Auth, Capture, Refund, Hundred, default));
        Assert.Equal(new GatewayCapture.NotFound(), await Gateway.LookupCapture(Auth, Capture, default));
        Assert.Equal(new GatewayAuthorization.NotFound(), await Lookup());
        Assert.Null(await rows.Read<GatewayAccount>(SimulatedGateway.LedgerKind, Auth));
    }

    [Fact]
    public async Task Should_end_an_authorization_for_ever()
    {
        await Authorize("tok_ok");

        Assert.Equal(new GatewayVoid.Voided(Hundred), await Gateway.Void(Auth, Hundred, default));
        Assert.Equal(new GatewayVoid.Voided(Hundred), await Gateway.Void(Auth, Hundred, default));
        Assert.Equal(new GatewayCapture.Failed("authorization_ended", Hundred), await TakeAll());
        Assert.Equal(new GatewayAuthorization.Voided(Hundred), await Authorize("tok_ok"));
        Assert.Equal((0, 0), ((await Account()).StillAuthorized, (await Account()).Captured));
    }

    [Theory]
    [InlineData("tok_ok")]
    [InlineData("tok_timeout")]
    [InlineData("tok_timeout_uncharged")]
    [InlineData("tok_flaky")]
    [InlineData("tok_declined")]
    public async Task Should_let_no_authorization_in_after_a_void(string method)
    {
        Assert.Equal(new GatewayVoid.Voided(Euro(0)), await Gateway.Void(Auth, Hundred, default));

        Assert.Equal(new GatewayAuthorization.Voided(Euro(0)), await Authorize(method));
        Assert.Equal(new GatewayAuthorization.Voided(Euro(0)), await Lookup());
    }

    [Fact]
    public async Task Should_not_void_what_is_captured()
    {
        await Authorize("tok_ok");
        await TakeAll();

        Assert.Equal(new GatewayVoid.Captured(Capture, Hundred), await Gateway.Void(Auth, Hundred, default));
        Assert.Equal(100, (await Account()).Captured);
    }

    [Fact]
    public async Task Should_fail_every_capture_of_the_method_made_for_that()
    {
        Assert.Equal(new GatewayAuthorization.Authorized(Hundred), await Authorize("tok_capture_fails"));

        Assert.Equal(new GatewayCapture.Failed("capture_refused", Hundred), await TakeAll());
        Assert.Equal(new GatewayCapture.Failed("capture_refused", Hundred), await TakeAll());
        Assert.Equal(new GatewayCapture.Failed("capture_refused", Hundred), await Gateway.LookupCapture(Auth, Capture, default));
        Assert.Single((await Account()).Entries);
        Assert.Equal(new GatewayVoid.Voided(Hundred), await Gateway.Void(Auth, Hundred, default));
    }

    [Fact]
    public async Task Should_charge_and_lose_the_answer()
    {
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(8), clock);
        var call = Gateway.Authorize(Auth, Hundred, "tok_timeout", giveUp.Token);
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(8));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(new GatewayAuthorization.Authorized(Hundred), await Lookup());
        Assert.Equal(new GatewayAuthorization.Authorized(Hundred), await Authorize("tok_timeout"));
    }

    [Fact]
    public async Task Should_lose_the_call_without_charging()
    {
        for (var times = 0; times < 2; times++)
        {
            var call = Gateway.Authorize(Auth, Hundred, "tok_timeout_uncharged", default);
            Assert.False(call.IsCompleted);
            clock.Advance(options.HangLimit);
            await Assert.ThrowsAsync<TimeoutException>(() => call);
        }

        Assert.Equal(new GatewayAuthorization.NotFound(), await Lookup());
    }

    [Fact]
    public async Task Should_charge_at_once_and_answer_late()
    {
        var call = Gateway.Authorize(Auth, Hundred, "tok_slow", default);
        Assert.False(call.IsCompleted);
        Assert.Equal(new GatewayAuthorization.Authorized(Hundred), await Lookup());

        clock.Advance(options.SlowAnswer);
        Assert.Equal(new GatewayAuthorization.Authorized(Hundred), await call);
    }

    [Fact]
    public async Task Should_fail_a_few_times_for_each_key_also_across_restarts()
    {
        foreach (var key in (string[])[Auth, Order + ":auth:2"])
        {
            for (var failure = 0; failure < options.FlakyFailures; failure++)
            {
                await Assert.ThrowsAsync<GatewayUnavailableException>(() => Gateway.Authorize(key, Hundred, "tok_flaky", default));
                Assert.Equal(new GatewayAuthorization.NotFound(), await Gateway.LookupAuthorization(key, default));
            }

            Assert.Equal(new GatewayAuthorization.Authorized(Hundred), await Gateway.Authorize(key, Hundred, "tok_flaky", default));
        }
    }

    [Fact]
    public async Task Should_decide_again_when_somebody_else_was_faster()
    {
        rows.BeforeWrite = () => Assert.True(Gateway.Void(Auth, Hundred, default).IsCompletedSuccessfully);
        Assert.Equal(new GatewayAuthorization.Voided(Euro(0)), await Authorize("tok_ok"));

        await Gateway.Authorize("2", Hundred, "tok_ok", default);
        rows.BeforeWrite = () => Assert.True(Gateway.Capture("2", Capture, Hundred, default).IsCompletedSuccessfully);
        Assert.Equal(new GatewayVoid.Captured(Capture, Hundred), await Gateway.Void("2", Hundred, default));
    }

    private Task<GatewayAuthorization> Authorize(string method) => Gateway.Authorize(Auth, Hundred, method, default);

    private Task<GatewayCapture> TakeAll() => Gateway.Capture(Auth, Capture, Hundred, default);

    private Task<GatewayAuthorization> Lookup() => Gateway.LookupAuthorization(Auth, default);

    private async Task<GatewayAccount> Account() => (await rows.Read<GatewayAccount>(SimulatedGateway.LedgerKind, Auth))!.Value;
}
