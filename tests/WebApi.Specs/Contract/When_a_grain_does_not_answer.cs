using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Persistence.GroupCommit;
using Orleans.Serialization;
using Shop.Hosting.Processes;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Specs.Contract;

public sealed class When_a_grain_does_not_answer
{
    private readonly FakeTimeProvider time = new();
    private readonly PendingCalls pending = new();
    private readonly GrainCalls calls;
    private int attempts;

    public When_a_grain_does_not_answer() => calls = new GrainCalls(time, pending, NullLogger<GrainCalls>.Instance);

    [Fact]
    public async Task Should_repeat_the_call_until_it_succeeds()
    {
        var answer = await Advance(Ask(() => ++attempts < 3 ? throw new TimeoutException() : Task.FromResult(42)));

        Assert.Equal(42, answer);
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task Should_repeat_a_call_that_fails_later_too()
    {
        var answer = await Advance(Ask(() => ++attempts < 2 ? Task.FromException<int>(new IOException()) : Task.FromResult(1)));

        Assert.Equal(1, answer);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task Should_give_up_when_it_fails_for_too_long()
    {
        var start = time.GetUtcNow();
        var cause = new DurableStateLostException("the store is gone");

        var given = await Assert.ThrowsAsync<UnavailableException>(() => Advance(Ask(() =>
        {
            attempts++;
            throw cause;
        })));

        Assert.Same(cause, given.InnerException);
        Assert.InRange(time.GetUtcNow() - start, GrainCalls.Limit - TimeSpan.FromSeconds(1), GrainCalls.Limit);
        // Often enough to notice soon that another silo has the grain, seldom enough not to add to the trouble.
        Assert.InRange(attempts, 25, 40);
    }

    [Fact]
    public async Task Should_not_wait_long_for_one_answer_and_give_up_when_none_comes_at_all()
    {
        var start = time.GetUtcNow();

        await Assert.ThrowsAsync<UnavailableException>(() => Advance(Ask(() =>
        {
            attempts++;
            return new TaskCompletionSource<int>().Task;
        })));

        Assert.Equal(3, attempts);
        Assert.InRange(time.GetUtcNow() - start, GrainCalls.Limit, GrainCalls.Limit + TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(UnreachableException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(InvalidCastException))]
    [InlineData(typeof(KeyNotFoundException))]
    [InlineData(typeof(SerializerException))]
    [InlineData(typeof(CodecNotFoundException))]
    public async Task Should_not_repeat_what_is_a_bug_of_ours(Type bug)
    {
        await Assert.ThrowsAsync(bug, () => Advance(Ask(() =>
        {
            attempts++;
            throw (Exception)Activator.CreateInstance(bug, bug.Name)!;
        })));

        Assert.Equal(1, attempts);
    }

    [Theory]
    [InlineData(typeof(SiloUnavailableException))]
    [InlineData(typeof(OrleansException))]
    [InlineData(typeof(GroupCommitQueueFullException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(Exception))]
    public async Task Should_repeat_what_may_pass(Type outage)
    {
        await Assert.ThrowsAsync<UnavailableException>(() => Advance(Ask(() =>
        {
            attempts++;
            throw (Exception)Activator.CreateInstance(outage)!;
        })));

        Assert.True(attempts > 10, $"{attempts} tries");
    }

    [Fact]
    public async Task Should_repeat_what_a_silo_that_stops_throws()
    {
        var answer = await Advance(Ask(() => ++attempts < 2 ? throw new ObjectDisposedException("silo") : Task.FromResult(7)));

        Assert.Equal(7, answer);
    }

    [Fact]
    public async Task Should_stop_when_the_client_has_gone()
    {
        using var gone = new CancellationTokenSource();
        var asked = Ask(
            () =>
            {
                attempts++;
                return new TaskCompletionSource<int>().Task;
            },
            gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Should_not_repeat_what_was_asked_to_be_done_once()
    {
        await Assert.ThrowsAsync<UnavailableException>(() => calls.AskOnce(
            this, 0,
            static (spec, _) =>
            {
                spec.attempts++;
                return Task.FromException<int>(new TimeoutException());
            },
            GrainCalls.Limit, CancellationToken.None));

        Assert.Equal(1, attempts);
    }

    private Task<int> Ask(Func<Task<int>> call, CancellationToken gone = default) => calls.Ask(call, static call => call(), gone);

    /// <summary>Lets the clock run while the call is under way.</summary>
    private async Task<int> Advance(Task<int> call)
    {
        while (!call.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        return await call;
    }
}
