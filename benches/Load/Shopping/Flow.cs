using System.Collections.Concurrent;
using System.Diagnostics;

namespace Shop.Benches.Load.Shopping;

/// <summary>Something that a client wanted and got: the outcome of an order, or an answer to its cancellation.</summary>
/// <param name="Sent">When the client first asked for it.</param>
/// <param name="At">When the client knew it.</param>
internal readonly record struct Served(long Sent, long At, bool IsConfirmed);

/// <param name="Asked">When the client first sent the request.</param>
/// <param name="At">When it failed.</param>
/// <param name="IsFirst">Whether it was the first answer to this request; otherwise the client had repeated it.</param>
internal readonly record struct FailedRequest(long Asked, long At, string What, bool IsFirst);

/// <summary>The time in which clients may notice a fault. Who asks in it belongs to it, even if he is served later.</summary>
/// <param name="Begun">Just before the fault.</param>
/// <param name="Struck">Just after it.</param>
/// <param name="Repaired">What was replaced is there again.</param>
/// <param name="End">Nobody notices any more, or the next one begins.</param>
internal readonly record struct FaultTime(long Begun, long Struck, long Repaired, long End);

/// <summary>What all clients saw, and when. Thread-safe.</summary>
internal sealed class Flow
{
    /// <summary>Who waits longer than this for an outcome notices that something is wrong.</summary>
    public static readonly TimeSpan Noticed = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RecentlyMeans = TimeSpan.FromSeconds(1);
    private const int OrdersThatFlow = 8;

    private readonly ConcurrentDictionary<string, long> open = new();
    private readonly ConcurrentQueue<Served> served = new();
    private readonly ConcurrentQueue<FailedRequest> failed = new();

    /// <param name="key">Of the request: its repetitions have the same.</param>
    public void Asks(string key) => open.TryAdd(key, Stopwatch.GetTimestamp());

    public void Fails(long asked, string what, bool isFirst) => failed.Enqueue(new FailedRequest(asked, Stopwatch.GetTimestamp(), what, isFirst));

    /// <summary>It is confirmed, or there is another answer.</summary>
    public void Ends(string key, bool isConfirmed)
    {
        if (open.TryRemove(key, out var sent))
            served.Enqueue(new Served(sent, Stopwatch.GetTimestamp(), isConfirmed));
    }

    /// <summary>How many wait for something that they asked for before that moment.</summary>
    public int Waiting(long before) => open.Values.Count(sent => sent < before);

    /// <summary>
    /// Orders placed after the fault are confirmed, at the usual rate, nobody waits for anything so long as to notice, and nobody at all for what he asked for
    /// before all was repaired: his wait would count for the next fault.
    /// </summary>
    public bool IsSteady(long struck, long repaired)
    {
        var now = Stopwatch.GetTimestamp();
        return served.Count(order => order.IsConfirmed && order.Sent >= struck && Stopwatch.GetElapsedTime(order.At, now) < RecentlyMeans) >= OrdersThatFlow
            && open.Values.All(sent => sent >= repaired && Stopwatch.GetElapsedTime(sent, now) < Noticed);
    }

    /// <summary>
    /// The same without a usual rate, for machines that are busy with others: so many orders that were placed after all was repaired are confirmed.
    /// </summary>
    public bool IsServing(long repaired, int orders)
    {
        var now = Stopwatch.GetTimestamp();
        return served.Count(order => order.IsConfirmed && order.Sent >= repaired) >= orders
            && open.Values.All(sent => sent >= repaired && Stopwatch.GetElapsedTime(sent, now) < Noticed);
    }

    /// <summary>What a fault did. Whoever asked in its time has to be served: who still waits does not count.</summary>
    public FlowDuring During(FaultTime time)
    {
        var after = served.Where(each => each.At >= time.Begun).ToList();
        var confirmed = after.Where(order => order.IsConfirmed && order.Sent >= time.Struck && order.Sent <= time.End).Select(order => order.At).ToList();
        var failures = failed.Where(request => request.At >= time.Begun && request.At <= time.End).ToList();
        return new FlowDuring(
            confirmed.Count == 0 ? null : Seconds(Stopwatch.GetElapsedTime(time.Begun, confirmed.Min())),
            Seconds(after.Where(each => each.Sent <= time.End).Select(each => WaitOf(each, time)).DefaultIfEmpty().Max()),
            Seconds(LongestPause(time)),
            confirmed.Count,
            failures.Count(request => request.IsFirst),
            failures.Count,
            failures.GroupBy(request => request.What).OrderByDescending(kind => kind.Count()).ToDictionary(
                kind => kind.Key,
                kind => new FailureKind(kind.Count(), Seconds(kind.Max(request => Stopwatch.GetElapsedTime(request.Asked, request.At))))));
    }

    /// <summary>Who asked before the fault has waited for it only since then; who asked after the repair, only until nobody noticed any more: what he waited then is the next fault's.</summary>
    private static TimeSpan WaitOf(Served each, FaultTime time) =>
        Stopwatch.GetElapsedTime(Math.Max(each.Sent, time.Begun), each.Sent >= time.Repaired ? Math.Min(each.At, time.End) : each.At);

    /// <summary>From the last confirmation before the fault to the end of its time.</summary>
    private TimeSpan LongestPause(FaultTime time)
    {
        var moments = served.Where(order => order.IsConfirmed && order.At <= time.End).Select(order => order.At).Order().ToList();
        var before = moments.FindLastIndex(at => at < time.Begun);
        var around = moments.Skip(Math.Max(before, 0)).Append(time.End).ToList();
        return around.Zip(around.Skip(1), Stopwatch.GetElapsedTime).DefaultIfEmpty().Max();
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 2);
}

/// <summary>What clients noticed of a fault: seconds, and counts.</summary>
/// <param name="FirstConfirmed">From just before the fault until an order that was placed just after it, or later, was confirmed; null: none was.</param>
/// <param name="AllServed">The longest that anybody waited, since the fault or since he asked: for the outcome of an order, or for an answer to a cancellation.</param>
/// <param name="LongestPause">Between two confirmations.</param>
/// <param name="Confirmed">Orders that were placed after the fault.</param>
/// <param name="FailedFirst">Requests whose first answer was no success, and came in that time.</param>
/// <param name="FailedAnswers">All such answers, those to repetitions too.</param>
/// <param name="Failures">The same by what they were.</param>
internal sealed record FlowDuring(
    double? FirstConfirmed, double AllServed, double LongestPause, int Confirmed, int FailedFirst, int FailedAnswers, IReadOnlyDictionary<string, FailureKind> Failures);

/// <param name="LongestAfter">Seconds since the client had first sent the request.</param>
internal readonly record struct FailureKind(int Answers, double LongestAfter);
