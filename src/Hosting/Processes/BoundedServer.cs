using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Shop.Hosting.Processes;

/// <summary>
/// The HTTP server, whose connections get a moment when it stops, and are cut then. Left alone it waits for each request that has begun, a client's half of a header too, for as
/// long as the whole process has to stop: then nothing is left for the silo, which has orders to hand over. A process without a silo has nothing to hand over, and goes on until the
/// grains have answered: while silos are replaced with it, that may take them seconds.
/// </summary>
/// <param name="server">What it bounds.</param>
/// <param name="time">The clock.</param>
/// <param name="calls">Those that grains have not answered yet.</param>
/// <param name="patience">How long it waits for those; zero: not beyond the moment that all connections get.</param>
internal sealed class BoundedServer(IServer server, TimeProvider time, PendingCalls calls, TimeSpan patience) : IServer
{
    /// <summary>An order takes less, and requests that wait for an outcome end as soon as the process stops. Whoever is cut off repeats the request under its key.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);

    /// <summary>Two tries of a call, the second at the silo that has the grain by then.</summary>
    public static readonly TimeSpan PatienceWithoutSilo = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>What was answered last is still to be sent.</summary>
    private static readonly TimeSpan TimeToSend = TimeSpan.FromMilliseconds(500);

    public IFeatureCollection Features => server.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull =>
        server.StartAsync(application, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stopping = server.StopAsync(cut.Token);
        await Task.WhenAny(stopping, WaitForAnswers(cut.Token));
        await cut.CancelAsync();
        await stopping;
    }

    public void Dispose() => server.Dispose();

    /// <summary>Puts itself before the server that the builder has chosen.</summary>
    public static void AddTo(IServiceCollection services, TimeSpan patience)
    {
        var chosen = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(chosen);
        services.AddSingleton<PendingCalls>();
        services.AddSingleton<IServer>(provider => new BoundedServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, chosen.ImplementationType!), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<PendingCalls>(), patience));
    }

    private async Task WaitForAnswers(CancellationToken cancellationToken)
    {
        var from = time.GetTimestamp();
        await Task.Delay(Limit, time, cancellationToken);
        if (calls.Count == 0)
            return;

        while (calls.Count > 0 && time.GetElapsedTime(from) < patience)
            await Task.Delay(BetweenLooks, time, cancellationToken);
        if (patience > TimeSpan.Zero)
            await Task.Delay(TimeToSend, time, cancellationToken);
    }
}
