using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Orleans.Streams;
using Orleans.Streams.RabbitMQ;

namespace RabbitMq.Specs.Cluster;

/// <summary>Publishes to several streams until it is told to stop, and remembers what became of each note. A stream gets one after the other, from one process.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private readonly CancellationTokenSource _enough = new();
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<string, bool> _confirmed = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly Task _publishers;
    private long _longest;

    public Traffic(int streams, params (string Name, IStreamProvider Provider)[] publishers)
    {
        foreach (var (name, _) in publishers)
        {
            for (var i = 0; i < streams; i++)
                _counts[$"{name}-{i}"] = 0;
        }

        _publishers = Task.WhenAll(publishers.SelectMany(publisher =>
            Enumerable.Range(0, streams).Select(i => Task.Run(() => Publish(publisher.Provider, $"{publisher.Name}-{i}")))));
    }

    /// <summary>The ids of the notes whose publishers were told that they are stored.</summary>
    public ICollection<string> Confirmed => _confirmed.Keys;

    /// <summary>How often a publisher got an exception, and did it again.</summary>
    public int Failures => _failures.Count;

    /// <summary>How long the slowest publish took.</summary>
    public TimeSpan Longest => new(Volatile.Read(ref _longest));

    /// <summary>Every stream gets so many more.</summary>
    public Task GoesOn(int more = 25)
    {
        var before = _counts.ToArray();
        return Eventually.Is(() => before.All(each => _counts[each.Key] >= each.Value + more), $"every stream has {more} more notes");
    }

    public async Task End()
    {
        await _enough.CancelAsync();
        await _publishers.Soon();
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _over.CancelAsync();
        await _publishers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _enough.Dispose();
        _over.Dispose();
    }

    /// <summary>The place of a note in its stream.</summary>
    public static int Number(string id) => int.Parse(id.Split(':')[1], CultureInfo.InvariantCulture);

    // As an outbox does: the next one only when this one is confirmed.
    private async Task Publish(IStreamProvider provider, string key)
    {
        var stream = provider.GetStream<Note>(StreamId.Create(Listener.Namespace, key));
        using var timer = new PeriodicTimer(Pause);
        for (var i = 0; !_over.IsCancellationRequested; await timer.WaitForNextTickAsync())
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await stream.OnNextAsync(new Note($"{key}:{i}"));
                _confirmed[$"{key}:{i}"] = true;
                _counts[key] = ++i;
                // Not after a failure: what failed may be stored, and has to be confirmed first.
                if (_enough.IsCancellationRequested)
                    return;
            }
            catch (RabbitMqPublishException e)
            {
                _failures.Enqueue(e.Message);
            }

            Slowest(Stopwatch.GetElapsedTime(started).Ticks);
        }
    }

    private void Slowest(long ticks)
    {
        for (var known = Volatile.Read(ref _longest); ticks > known;)
            known = Interlocked.CompareExchange(ref _longest, ticks, known) is var seen && seen == known ? ticks : seen;
    }
}
