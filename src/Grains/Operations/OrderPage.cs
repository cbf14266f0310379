using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Gateway;
using Shop.Orders;
using Shop.Values;

namespace Shop.Operations;

/// <summary>
/// A page of orders, and the rows of other books that lie between its keys. All books are in the same order, so walking them side by
/// side also meets rows whose order is missing, and memory holds one page.
/// </summary>
internal sealed class OrderPage
{
    public const string OrderKind = "order";
    private const int DefaultSize = 500;

    private readonly IDurableSnapshot snapshot;
    private readonly OrderId? after;
    private readonly int size;
    private readonly List<DurableRow<OrderState>> orders;
    private readonly CancellationToken cancellationToken;

    private OrderPage(IDurableSnapshot snapshot, OrderId? after, int size, CancellationToken cancellationToken) =>
        (this.snapshot, this.after, this.size, orders, this.cancellationToken) = (snapshot, after, size, new(size), cancellationToken);

    public IReadOnlyList<DurableRow<OrderState>> Orders => orders;

    /// <summary>The order the next page comes after; null: this is the last page, to which everything else belongs.</summary>
    public OrderId? Last => orders.Count == size ? OrderId.FromKey(orders[^1].Key) : null;

    /// <param name="snapshot">Of the shop.</param>
    /// <param name="after">The last order of the page before; null: there is none.</param>
    /// <param name="size">So many orders.</param>
    /// <param name="cancellationToken">Ends the reading of the page, and of everything that belongs to it.</param>
    public static async Task<OrderPage> Read(IDurableSnapshot snapshot, OrderId? after, int size = DefaultSize, CancellationToken cancellationToken = default)
    {
        var page = new OrderPage(snapshot, after, size, cancellationToken);
        await foreach (var row in page.Stored<OrderState>(OrderKind))
        {
            page.orders.Add(row);
            if (page.orders.Count == size)
                break;
        }

        return page;
    }

    /// <summary>The rows of a kind that is kept by order.</summary>
    public IAsyncEnumerable<DurableRow<T>> Rows<T>(string kind) where T : class => UpTo(Last?.Key, Stored<T>(kind));

    /// <summary>The gateway's accounts: several for an order, by keys that begin with its id and a colon.</summary>
    public IAsyncEnumerable<DurableRow<GatewayAccount>> Accounts() =>
        UpTo(PastAccountsOf(Last), snapshot.ReadRows<GatewayAccount>(SimulatedGateway.LedgerKind, PastAccountsOf(after), cancellationToken));

    /// <summary>What the audit has kept of this page's orders, or of their payments.</summary>
    /// <param name="kind">As <see cref="AuditLog"/> has it.</param>
    /// <param name="past">As <see cref="AuditLog"/> has it.</param>
    public IAsyncEnumerable<DurableLogEntry<AuditedEvent>> Events(string kind, string past) =>
        snapshot.ReadLog<AuditedEvent>(
            AuditLog.Name, after is { } first ? PastEventsOf(kind, first) : kind, Last is { } last ? PastEventsOf(kind, last) : past, cancellationToken);

    // All keys of orders are equally long, and nothing else of the same kind begins with one.
    private static string PastEventsOf(string kind, OrderId order) => $"{kind}{order.Key} ";

    // The semicolon is the next character after the colon.
    private static string? PastAccountsOf(OrderId? order) => order is { } id ? $"{id};" : null;

    /// <summary>Among the keys of orders only: before them lie all of the gateway's accounts, and after them all products.</summary>
    private IAsyncEnumerable<DurableRow<T>> Stored<T>(string kind) where T : class =>
        snapshot.ReadRowsBetween<T>(kind, after?.Key ?? OrderId.KeyPrefix, OrderId.PastKeys, cancellationToken);

    private static IAsyncEnumerable<DurableRow<T>> UpTo<T>(string? key, IAsyncEnumerable<DurableRow<T>> rows) where T : class =>
        key is null ? rows : rows.TakeWhile(row => string.CompareOrdinal(row.Key, key) <= 0);
}
