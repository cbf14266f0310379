using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Shop.Telemetry;

/// <summary>Brings the count of open orders to this process's gauge, as long as somebody looks at it.</summary>
internal sealed partial class SagaCensus(IGrainFactory grains, TimeProvider time, IOptions<SagaCensusOptions> options, ILogger<SagaCensus> log) : BackgroundService
{
    /// <summary>Counts that nobody sees are not made. Longer than any Prometheus waits between its visits: each finds a count that is young.</summary>
    private static readonly TimeSpan Attention = TimeSpan.FromMinutes(5);

    /// <summary>As long as a call may take: a count of that length is no reason to show none.</summary>
    private static readonly TimeSpan OneCall = TimeSpan.FromSeconds(30);

    // A missed tick is none either.
    private TimeSpan GoodFor => 3 * options.Value.Every > OneCall ? 3 * options.Value.Every : OneCall;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ShopMeter.Begin();
        using var ticks = new PeriodicTimer(options.Value.Every, time);
        long? lookedAt = null;
        try
        {
            do
            {
                if (SagaGauge.WasLookedAt())
                    lookedAt = time.GetTimestamp();
                if (lookedAt is { } last && time.GetElapsedTime(last) < Attention)
                    await Count(stoppingToken);
            }
            while (await ticks.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }

        SagaGauge.Clear();
    }

    private async Task Count(CancellationToken cancellationToken)
    {
        try
        {
            var count = await grains.GetGrain<ISagaCensusGrain>(ISagaCensusGrain.Key).Read().WaitAsync(cancellationToken);
            SagaGauge.Set(count, GoodFor, time);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // An old number would look like a shop that stands still.
            SagaGauge.Clear();
            LogNotCounted(fault);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Open orders could not be counted; the metric shop_sagas is left out until they can.")]
    private partial void LogNotCounted(Exception fault);
}

/// <summary>How open orders are counted for the metrics: the section <c>Shop:Telemetry:Sagas</c>.</summary>
public sealed class SagaCensusOptions
{
    /// <summary>
    /// The pause between counts. Default 15 s, as long as Prometheus usually waits between its visits. A count reads the row of every open order
    /// and the state of some: with a short pause and many open orders that is a load of its own.
    /// </summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(15);
}
