using Orleans.Persistence.GroupCommit;
using Orleans.Streams.RabbitMQ;
using Shop.Events;
using Shop.Hosting.Silos;

namespace Shop.Hosting.Streams;

/// <summary>
/// Takes the bindings of the release before from the broker once no silo of it is left: its audit was a consumer of every event, and until then one may come that only a
/// consumer logs. Afterwards events go to whoever has bound a queue of its own, and come back to no silo.
/// </summary>
internal sealed partial class FormerBindings(
    IDurableLog log, [FromKeyedServices(ShopStreams.Provider)] IRabbitMqBindings bindings, TimeProvider time, ILogger<FormerBindings> logger)
    : SiloWork
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(30);

    protected override async Task Work(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(BetweenLooks, time);
        while (!await TryRemove(stopping))
            await timer.WaitForNextTickAsync(stopping);
    }

    private async Task<bool> TryRemove(CancellationToken stopping)
    {
        try
        {
            if (!await log.IsWrittenByAll(stopping))
                return false;

            await bindings.RemoveFormer(stopping);
            return true;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogNotRemoved(e);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Bindings of the previous release could not be removed from the broker; trying again. Until then every event comes back to the silos, which costs time and nothing else.")]
    private partial void LogNotRemoved(Exception fault);
}
