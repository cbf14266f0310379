using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Shop.Silo.Hosting;

/// <summary>
/// The HTTP server, whose connections get a moment when it stops, and are cut then. Left alone it waits for each request that has begun, a client's half of a header too, for as
/// long as the whole process has to stop: then nothing is left for the silo, which has orders to hand over.
/// </summary>
internal sealed class BoundedServer(IServer server, TimeProvider time) : IServer
{
    /// <summary>An order takes less, and requests that wait for an outcome end as soon as the process stops. Whoever is cut off repeats the request under its key.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);

    public IFeatureCollection Features => server.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull =>
        server.StartAsync(application, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await server.StopAsync(either.Token);
    }

    public void Dispose() => server.Dispose();

    /// <summary>Puts itself before the server that the builder has chosen.</summary>
    public static void AddTo(IServiceCollection services)
    {
        var chosen = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(chosen);
        services.AddSingleton<IServer>(provider => new BoundedServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, chosen.ImplementationType!), provider.GetRequiredService<TimeProvider>()));
    }
}
