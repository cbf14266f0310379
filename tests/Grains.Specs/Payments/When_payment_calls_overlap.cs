using Grains.Specs.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Shop.Gateway;
using Shop.Payments;
using static Grains.Specs.Payments.PaymentSamples;

namespace Grains.Specs.Payments;

public sealed class When_payment_calls_overlap
{
    private readonly Activation activation = new("payment", "o:" + Order);
    private readonly DurableInMemory<PaymentState> books = new();
    private readonly GatewayUnderControl gateway = new();
    private readonly FakeTimeProvider clock = new();
    private readonly PaymentOptions options = new();
    private readonly PaymentGrain payment;

    public When_payment_calls_overlap() => payment = new PaymentGrain(
        books, activation.Context, gateway, clock, Options.Create(options), NullLogger<PaymentGrain>.Instance);

    [Fact]
    public async Task Should_ask_the_gateway_once_for_one_key()
    {
        var answer = gateway.Hang("authorize");
        var calls = Enumerable.Range(0, 50).Select(_ => activation.Call(() => payment.Authorize(Authorize))).ToArray();
        await activation.Settled();
        answer.SetResult();

        Assert.All(await Task.WhenAll(calls), result => Assert.Equal(new AuthorizeResult.Authorized(), result));
        Assert.Equal(["authorize"], gateway.Calls);
    }

    [Fact]
    public async Task Should_store_an_authorization_together_with_its_capture()
    {
        await activation.Call(() => payment.Authorize(Authorize));
        Assert.Empty(books.Commits);
        await activation.Call(() => payment.Capture(CaptureAll));

        Assert.Equal(Captured.Operations, Assert.Single(books.Commits).Operations);
        Assert.Equal([2], books.Commits.Select(s => s.Sequence));
        Assert.Equal(1, books.Sent);
    }

    [Fact]
    public async Task Should_capture_by_the_gateways_word_when_the_authorization_was_not_stored()
    {
        await activation.Call(() => payment.Authorize(Authorize));
        books.Stage(PaymentState.Empty);

        Assert.Equal(new CaptureResult.Captured(), await activation.Call(() => Restarted().Capture(CaptureAll)));
        Assert.Equal(["authorize", "look up", "capture"], gateway.Calls);
        Assert.Equal([2], books.Commits.Select(s => s.Sequence));
    }

    [Fact]
    public async Task Should_look_up_and_void_while_an_authorization_hangs_and_not_bring_it_back_to_life()
    {
        var answer = gateway.Hang("authorize");
        var hung = activation.Call(() => payment.Authorize(Authorize));
        await activation.Settled();

        Assert.Equal(new LookupResult.Authorized(), await activation.Call(() => payment.Lookup(new LookupPayment(Auth, Trace))));
        Assert.Equal(new VoidResult.Voided(), await activation.Call(() => payment.Void(VoidIt)));
        answer.SetResult();

        Assert.Equal(new AuthorizeResult.Voided(), await hung);
        Assert.Equal(["authorize", "look up", "void", "void"], gateway.Calls);
        Assert.Equal(PaymentOutcome.Voided, Assert.Single((await payment.Read()).Operations).Outcome);
    }

    [Fact]
    public async Task Should_not_say_voided_before_a_late_authorization_is_ended_again()
    {
        var answer = gateway.Hang("authorize");
        var hung = activation.Call(() => payment.Authorize(Authorize));
        await activation.Settled();
        await activation.Call(() => payment.Void(VoidIt));
        gateway.Fault = new GatewayUnavailableException("down");
        answer.SetResult();

        Assert.IsType<AuthorizeResult.Unknown>(await hung);
    }

    [Fact]
    public async Task Should_not_know_when_the_gateway_does_not_answer_in_time()
    {
        gateway.Hang("authorize");
        var hung = activation.Call(() => payment.Authorize(Authorize));
        await activation.Settled();
        clock.Advance(options.GatewayTimeout - TimeSpan.FromTicks(1));
        await activation.Settled();
        Assert.False(hung.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));

        Assert.IsType<AuthorizeResult.Unknown>(await hung);
        Assert.Empty(books.Commits);

        gateway.Hanging.Clear();
        Assert.Equal(new AuthorizeResult.Authorized(), await activation.Call(() => payment.Authorize(Authorize)));
    }

    [Fact]
    public async Task Should_not_know_when_the_gateway_fails()
    {
        await activation.Call(() => payment.Authorize(Authorize));
        gateway.Fault = new GatewayUnavailableException("down");

        Assert.IsType<AuthorizeResult.Unknown>(await activation.Call(() => payment.Authorize(Authorize with { Key = "2" })));
        Assert.IsType<CaptureResult.Unknown>(await activation.Call(() => payment.Capture(CaptureAll)));
        Assert.IsType<CaptureResult.Unknown>(await activation.Call(() => payment.Capture(CaptureAll with { AuthorizationKey = "2" })));
        Assert.IsType<VoidResult.Unknown>(await activation.Call(() => payment.Void(VoidIt)));
        Assert.IsType<LookupResult.Unknown>(await activation.Call(() => payment.Lookup(new LookupPayment(Capture, Trace, Auth))));
        Assert.Empty(books.Commits);
    }

    [Fact]
    public async Task Should_answer_nothing_that_is_not_durable()
    {
        books.Slow = true;
        await activation.Call(() => payment.Authorize(Authorize));
        var first = activation.Call(() => payment.Capture(CaptureAll));
        await activation.Settled();
        var again = activation.Call(() => payment.Capture(CaptureAll));
        var lookup = activation.Call(() => payment.Lookup(new LookupPayment(Capture, Trace, Auth)));
        await activation.Settled();

        Assert.False(first.IsCompleted || again.IsCompleted || lookup.IsCompleted);
        Assert.Empty((await payment.Read()).Operations);

        await activation.Call(() => { books.Fail(); return Task.FromResult(0); });
        await Assert.ThrowsAsync<DurableStateLostException>(() => first);
        await Assert.ThrowsAsync<DurableStateLostException>(() => again);
        await Assert.ThrowsAsync<DurableStateLostException>(() => lookup);
    }

    [Fact]
    public async Task Should_not_say_that_nothing_is_found_when_it_is_not_current()
    {
        Assert.Equal(new LookupResult.NotFound(), await activation.Call(() => payment.Lookup(new LookupPayment(Auth, Trace))));
        Assert.Equal(1, books.Confirmations);
        books.Stale = true;

        await Assert.ThrowsAsync<DurableStateLostException>(() => activation.Call(() => payment.Lookup(new LookupPayment(Auth, Trace))));
    }

    [Fact]
    public async Task Should_capture_what_was_authorized_without_being_told()
    {
        gateway.Hang("authorize");
        var hung = activation.Call(() => payment.Authorize(Authorize));
        await activation.Settled();

        Assert.Equal(new CaptureResult.Captured(), await activation.Call(() => payment.Capture(CaptureAll)));
        Assert.Equal([2], books.Commits.Select(s => s.Sequence));

        // Not while the hung call lives: others would have to wait for it.
        Assert.False(activation.Deactivated);
        Assert.False(hung.IsCompleted);
    }

    [Fact]
    public async Task Should_refuse_to_capture_what_nobody_authorized() =>
        Assert.Equal(
            new CaptureResult.Failed("nothing_authorized"), await activation.Call(() => payment.Capture(CaptureAll)));

    /// <summary>A crash between the gateway's captures and the books, which were to be told of both.</summary>
    [Fact]
    public async Task Should_book_the_authorization_of_a_capture_that_is_looked_up()
    {
        await CapturedAtTheGatewayAlone();

        Assert.Equal(new LookupResult.Captured(), await activation.Call(() => Restarted().Lookup(new LookupPayment(Capture, Trace, Auth))));
        Assert.Equal(Captured.Operations, Assert.Single(books.Commits).Operations);
    }

    [Fact]
    public async Task Should_book_the_authorization_of_a_capture_that_a_void_runs_into()
    {
        await CapturedAtTheGatewayAlone();

        Assert.Equal(new VoidResult.AlreadyCaptured(Capture), await activation.Call(() => Restarted().Void(VoidIt)));
        Assert.Equal(Captured.Operations, Assert.Single(books.Commits).Operations);
    }

    private async Task CapturedAtTheGatewayAlone()
    {
        await gateway.Authorize(Auth, Hundred, "tok_ok", CancellationToken.None);
        await gateway.Capture(Auth, Capture, Hundred, CancellationToken.None);
    }

    private PaymentGrain Restarted() => new(books, activation.Context, gateway, clock, Options.Create(options), NullLogger<PaymentGrain>.Instance);

    [Fact]
    public async Task Should_give_its_memory_back_when_captured_and_refund_in_another_life()
    {
        await activation.Call(() => payment.Authorize(Authorize));
        Assert.False(activation.Deactivated);
        await activation.Call(() => payment.Capture(CaptureAll));
        Assert.True(activation.Deactivated);

        var next = Restarted();
        Assert.Equal(new VoidResult.AlreadyCaptured(Capture), await activation.Call(() => next.Void(VoidIt)));
        Assert.Equal(new RefundResult.Refunded(), await activation.Call(() => next.Refund(RefundAll)));
        Assert.Equal(new RefundResult.Refunded(), await activation.Call(() => next.Refund(RefundAll)));
        Assert.Equal(["authorize", "capture", "refund"], gateway.Calls);
        Assert.Equal([2, 3], books.Commits.Select(s => s.Sequence));
    }

    [Fact]
    public async Task Should_decide_between_a_void_and_a_capture_as_the_gateway_did()
    {
        await activation.Call(() => payment.Authorize(Authorize));
        var (captured, voided) = (gateway.Hang("capture"), gateway.Hang("void"));
        var capture = activation.Call(() => payment.Capture(CaptureAll));
        await activation.Settled();
        var end = activation.Call(() => payment.Void(VoidIt));
        await activation.Settled();

        voided.SetResult();
        Assert.Equal(new VoidResult.AlreadyCaptured(Capture), await end);
        captured.SetResult();
        Assert.Equal(new CaptureResult.Captured(), await capture);
        Assert.Single(books.Commits);
    }
}
