using System.Collections.Concurrent;
using Orleans.Streams;

namespace RabbitMq.Specs;

/// <summary>Publishes to several streams until it is told to stop; each stream one note after the other, so that their order is known.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _enough = new();
    private readonly ConcurrentDictionary<string, int> _published = new();
    private readonly Task _publishers;

    public Load(IStreamProvider provider, int streams, TimeSpan pause)
    {
        _publishers = Task.WhenAll(Enumerable.Range(0, streams).Select(i => Task.Run(() => Publish(provider, $"load-{i}", pause))));
    }

    /// <summary>Confirmed so far.</summary>
    public int Count => _published.Values.Sum();

    /// <summary>The ids of all notes that were published, when it has ended.</summary>
    public IEnumerable<string> Ids => _published.SelectMany(stream => Enumerable.Range(0, stream.Value).Select(i => $"{stream.Key}:{i}"));

    public async Task End()
    {
        await _enough.CancelAsync();
        await _publishers.Soon();
    }

    /// <summary>All that was published was heard or is a dead letter, and nothing else; what was heard began in the order of publishing.</summary>
    public void Account(Audience audience, IEnumerable<string> deadLetters)
    {
        var heard = audience.Ids.Distinct().ToList();
        Assert.Equal(Ids.Order(), heard.Concat(deadLetters).Distinct().Order());
        foreach (var stream in heard.GroupBy(id => id.Split(':')[0]))
        {
            var numbers = stream.Select(id => int.Parse(id.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _publishers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _enough.Dispose();
    }

    private async Task Publish(IStreamProvider provider, string key, TimeSpan pause)
    {
        var stream = provider.GetStream<Note>(StreamId.Create(Listener.Namespace, key));
        using var timer = new PeriodicTimer(pause);
        for (var i = 0; !_enough.IsCancellationRequested; i++)
        {
            await stream.OnNextAsync(new Note($"{key}:{i}"));
            _published[key] = i + 1;
            await timer.WaitForNextTickAsync();
        }
    }
}
