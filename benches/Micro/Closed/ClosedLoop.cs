using System.Diagnostics;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Micro.Closed;

/// <summary>
/// Callers that each have one call under way, always. Counts what ends between two readings of the clock; what ran up before the first and
/// what ends after the second is done, but not counted.
/// </summary>
internal static class ClosedLoop
{
    /// <param name="callers">How many.</param>
    /// <param name="call">Makes one call for a caller, the n-th of it.</param>
    /// <param name="warmup">Before the first reading.</param>
    /// <param name="window">Between the readings.</param>
    /// <param name="clock">Of the processes that work for it.</param>
    /// <param name="cancel">Ends it early.</param>
    public static async Task<Round> Run(
        int callers, Func<int, long, Task> call, TimeSpan warmup, TimeSpan window, CpuClock clock, CancellationToken cancel)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var open = true;
        var working = Enumerable.Range(0, callers).Select(caller => Task.Run(() => Work(caller), CancellationToken.None)).ToList();
        CpuReading start, end;
        try
        {
            await Task.Delay(warmup, failed.Token);
            start = clock.Read();
            await Task.Delay(window, failed.Token);
            end = clock.Read();
        }
        finally
        {
            Volatile.Write(ref open, false);
            // A failure of a caller is the reason for what ended the waiting: it is thrown instead.
            await Task.WhenAll(working);
        }

        return Round.From(start, end, working.SelectMany(done => done.Result));

        async Task<List<Ended>> Work(int caller)
        {
            var ended = new List<Ended>();
            try
            {
                for (var n = 0L; Volatile.Read(ref open); n++)
                {
                    var started = Stopwatch.GetTimestamp();
                    await call(caller, n);
                    var now = Stopwatch.GetTimestamp();
                    ended.Add(new Ended(now, now - started));
                }
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
            return ended;
        }
    }
}

/// <param name="At">Of the monotonic clock.</param>
/// <param name="Took">Its ticks.</param>
internal readonly record struct Ended(long At, long Took);
