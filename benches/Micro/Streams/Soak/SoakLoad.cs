using Orleans.Streams.RabbitMQ;
using Shop.Benches.Micro.Streams.Latency;

namespace Shop.Benches.Micro.Streams.Soak;

/// <summary>Publishes at a steady rate, whatever the broker does; one event in a while fails wherever it comes.</summary>
internal sealed class SoakLoad(StreamSilo silo, SoakLedger ledger, double perSecond)
{
    public const int Healthy = 0, Poison = 1;

    // Several events at a time: a processor that wakes up for each would have little time for them.
    private const int TicksPerSecond = 200;
    private const int MostUnderWay = 20_000;

    private static readonly TimeSpan PoisonEvery = TimeSpan.FromSeconds(17);

    private int _underWay;
    private long _next;

    /// <summary>Events that were not published, because too many were under way.</summary>
    public long Skipped { get; private set; }

    public double PerSecond => perSecond;

    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Blocks the thread.</summary>
    public void Run(TimeSpan duration, CancellationToken cancel) => OpenLoop.Run(TicksPerSecond, duration, (tick, due) =>
    {
        var until = Math.Min(ledger.Capacity, (long)((tick + 1) * perSecond / TicksPerSecond) - Skipped);
        if (UnderWay > MostUnderWay)
        {
            Skipped += until - _next;
            return;
        }

        for (; _next < until; _next++)
        {
            var fails = _next % (long)(PoisonEvery.TotalSeconds * perSecond) == (long)perSecond;
            if (fails)
                ledger.AddPoison(_next);
            Interlocked.Increment(ref _underWay);
            _ = Publish(_next, fails ? Poison : Healthy);
        }
    }, cancel);

    /// <summary>The subscriber.</summary>
    public void See(BenchEvent item)
    {
        if (item.Caller == Poison)
            throw new InvalidOperationException("This event fails wherever it comes.");

        ledger.Deliver(item.Number);
    }

    private async Task Publish(long number, int kind)
    {
        try
        {
            await silo.Streams[(int)(number % StreamSettings.Streams)].OnNextAsync(silo.Event(number, kind));
            ledger.Confirm(number);
        }
        catch (RabbitMqPublishException)
        {
            ledger.Fail();
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
