using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using Shop.Hosting.Processes;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>How long it lets connections live that are still busy.</summary>
public sealed class When_the_server_of_a_process_stops
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider time = new();
    private readonly PendingCalls calls = new();

    [Fact]
    public async Task Should_cut_them_soon_when_nobody_is_owed_an_answer() => Assert.InRange(await Stop(Patience, calls: 0), BoundedServer.Limit, BoundedServer.Limit * 2);

    [Fact]
    public async Task Should_wait_until_grains_have_answered()
    {
        var answered = TimeSpan.FromSeconds(5);

        Assert.InRange(await Stop(Patience, calls: 3, answered), answered, Patience - TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Should_not_wait_for_ever() => Assert.InRange(await Stop(Patience, calls: 1), Patience, Patience * 2);

    [Fact]
    public async Task Should_leave_the_time_to_a_silo_that_is_inside() => Assert.InRange(await Stop(TimeSpan.Zero, calls: 1), BoundedServer.Limit, BoundedServer.Limit * 2);

    /// <returns>After what time connections were cut.</returns>
    private async Task<TimeSpan> Stop(TimeSpan patience, int calls, TimeSpan? answered = null)
    {
        var busy = new BusyServer();
        using var server = new BoundedServer(busy, time, this.calls, patience);
        var pending = Enumerable.Range(0, calls).Select(_ => this.calls.Begin()).ToList();
        var from = time.GetTimestamp();

        var stopping = server.StopAsync(TestContext.Current.CancellationToken);
        while (!busy.IsCut)
        {
            if (time.GetElapsedTime(from) >= answered)
            {
                pending.ForEach(call => call.Dispose());
                answered = null;
            }

            time.Advance(Step);
            // Whatever waited for this moment has gone on when the next one comes.
            await Task.Yield();
        }

        var elapsed = time.GetElapsedTime(from);
        await stopping;
        return elapsed;
    }

    /// <summary>Its connections never end by themselves.</summary>
    private sealed class BusyServer : IServer
    {
        private readonly TaskCompletionSource cut = new();

        public bool IsCut => cut.Task.IsCompleted;

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await using var _ = cancellationToken.Register(cut.SetResult);
            await cut.Task;
        }

        public void Dispose()
        {
        }
    }
}
