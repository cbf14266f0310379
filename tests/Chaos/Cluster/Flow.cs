using System.Collections.Concurrent;
using System.Diagnostics;

namespace Chaos.Cluster;

/// <param name="Sent">When its client first asked for it.</param>
/// <param name="At">When the client knew its outcome.</param>
internal readonly record struct DecidedOrder(long Sent, long At, bool IsConfirmed)
{
    public TimeSpan Took => Stopwatch.GetElapsedTime(Sent, At);
}

/// <param name="Asked">When the client first sent the request.</param>
/// <param name="IsFirst">Whether it was the first answer to this request; otherwise the client had repeated it.</param>
internal readonly record struct FailedRequest(long Asked, string What, bool IsFirst);

/// <summary>What all clients saw, and when. Thread-safe.</summary>
internal sealed class Flow
{
    /// <summary>Who waits longer than this for an outcome notices that something is wrong.</summary>
    public static readonly TimeSpan Noticed = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RecentlyMeans = TimeSpan.FromSeconds(1);
    private const int OrdersThatFlow = 8;

    private readonly ConcurrentDictionary<string, long> open = new();
    private readonly ConcurrentQueue<DecidedOrder> decided = new();
    private readonly ConcurrentQueue<FailedRequest> failed = new();

    public void Asks(string key, long sent) => open.TryAdd(key, sent);

    public void Fails(long asked, string what, bool isFirst) => failed.Enqueue(new FailedRequest(asked, what, isFirst));

    /// <summary>It is confirmed, or it has another outcome.</summary>
    public void Ends(string key, bool isConfirmed)
    {
        if (open.TryRemove(key, out var sent))
            decided.Enqueue(new DecidedOrder(sent, Stopwatch.GetTimestamp(), isConfirmed));
    }

    /// <summary>Orders placed since then are confirmed, at the usual rate, and nobody waits for one so long as to notice.</summary>
    public bool IsSteady(long since)
    {
        var now = Stopwatch.GetTimestamp();
        return decided.Count(order => order.IsConfirmed && order.Sent >= since && Stopwatch.GetElapsedTime(order.At, now) < RecentlyMeans) >= OrdersThatFlow
            && open.Values.All(sent => Stopwatch.GetElapsedTime(sent, now) < Noticed);
    }

    /// <summary>What a fault between two moments did.</summary>
    public FlowDuring Between(long start, long end)
    {
        var all = decided.Where(order => order.At <= end).OrderBy(order => order.At).ToList();
        var seen = all.Where(order => order.IsConfirmed).ToList();
        var placed = seen.Where(order => order.Sent >= start).ToList();
        var moments = seen.Select(order => order.At).ToList();
        var before = moments.FindLastIndex(at => at < start);
        var around = moments.Skip(Math.Max(before, 0)).Append(end).ToList();
        var during = failed.Where(request => request.Asked >= start && request.Asked <= end).ToList();
        return new FlowDuring(
            placed.Count == 0 ? null : Seconds(Stopwatch.GetElapsedTime(start, placed[0].At)),
            Seconds(around.Zip(around.Skip(1), Stopwatch.GetElapsedTime).DefaultIfEmpty().Max()),
            Seconds(Longest(seen, start)),
            Seconds(Longest(all.Where(order => !order.IsConfirmed), start)),
            placed.Count,
            during.Count(request => request.IsFirst),
            during.Count,
            during.GroupBy(request => request.What).OrderByDescending(kind => kind.Count()).ToDictionary(kind => kind.Key, kind => kind.Count()));
    }

    private static TimeSpan Longest(IEnumerable<DecidedOrder> orders, long start) => orders.Where(order => order.At >= start).Select(order => order.Took).DefaultIfEmpty().Max();

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 2);
}

/// <summary>Seconds, and counts.</summary>
/// <param name="FirstConfirmed">From the fault until an order that was placed after it was confirmed; null: none was.</param>
/// <param name="LongestPause">Between two confirmations.</param>
/// <param name="LongestOrder">From placing to confirmed, of all that were confirmed after the fault.</param>
/// <param name="LongestOther">From placing to another outcome (rejected, cancelled, the customer's turn), of all that had it after the fault.</param>
/// <param name="Confirmed">Orders that were placed after the fault.</param>
/// <param name="FailedFirst">Requests whose first answer was no success.</param>
/// <param name="FailedAnswers">All such answers, those to repetitions too.</param>
/// <param name="Failures">The same by what they were.</param>
internal sealed record FlowDuring(
    double? FirstConfirmed, double LongestPause, double LongestOrder, double LongestOther, int Confirmed, int FailedFirst, int FailedAnswers, IReadOnlyDictionary<string, int> Failures);
