using System.Runtime.CompilerServices;
using Orleans.Persistence.GroupCommit;
using Shop.Products;
using Shop.Values;

namespace Grains.Specs.Products;

public sealed class When_products_are_listed
{
    private readonly Stored stored = new("apple", "bean", "cherry", "damson");

    [Fact]
    public async Task Should_give_a_page_and_say_whether_more_follows()
    {
        Assert.Equal(("apple bean", true), await List(null, null, 2));
        Assert.Equal(("cherry damson", false), await List(null, "bean", 2));
        Assert.Equal(("apple bean cherry damson", false), await List(null, null, 200));
        Assert.Equal(("", false), await List(null, "damson", 2));
        Assert.Equal(4, stored.Closed);
    }

    [Fact]
    public async Task Should_count_only_what_matches()
    {
        Assert.Equal(("apple", true), await List("A", null, 1));
        Assert.Equal(("cherry", false), await List("CHERRY", null, 1));
        Assert.Equal(("bean damson", false), await List("n", null, 2));
        Assert.Equal(("", false), await List("tea", null, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(int.MinValue)]
    public async Task Should_give_at_least_one(int limit) => Assert.Equal(("apple", true), await List(null, null, limit));

    private async Task<(string Ids, bool More)> List(string? query, string? after, int limit)
    {
        var page = await new CatalogueGrain(stored).List(query, after is null ? null : new ProductId(after), limit);
        return (string.Join(' ', page.Products.Select(p => p.ProductId)), page.More);
    }

    private sealed class Stored(params string[] ids) : IDurableInspector
    {
        public int Closed { get; set; }

        public IEnumerable<string> Ids => ids;

        public Task<IDurableSnapshot> OpenSnapshot(CancellationToken cancellationToken = default) =>
            Task.FromResult<IDurableSnapshot>(new Snapshot(this));
    }

    private sealed class Snapshot(Stored stored) : IDurableSnapshot
    {
        public async IAsyncEnumerable<DurableRow<T>> ReadRows<T>(
            string kind, string? afterKey = null, [EnumeratorCancellation] CancellationToken cancellationToken = default) where T : class
        {
            Assert.Equal("product", kind);
            await Task.CompletedTask;
            foreach (var id in stored.Ids.Where(id => afterKey is null || string.CompareOrdinal("p:" + id, afterKey) > 0))
                yield return new DurableRow<T>("p:" + id, 1, (T)(object)new ProductState($"The {id.ToUpperInvariant()[..1]}", default, true, 1));
        }

        public ValueTask DisposeAsync()
        {
            stored.Closed++;
            return ValueTask.CompletedTask;
        }

        public ValueTask<DurableRow<T>?> ReadRow<T>(string kind, string key, CancellationToken cancellationToken = default) where T : class =>
            throw new NotSupportedException();

        public IAsyncEnumerable<DurableEntry<T>> ReadEntries<T>(string kind, string map, CancellationToken cancellationToken = default)
            where T : class => throw new NotSupportedException();

        public IAsyncEnumerable<ArmedMessage> ReadScheduled(GrainId? from = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<DurableLogEntry<T>> ReadLog<T>(string log, string? from = null, string? before = null, CancellationToken cancellationToken = default)
            where T : class => throw new NotSupportedException();

        public ValueTask<OutboxDepth> ReadOutboxDepth(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
