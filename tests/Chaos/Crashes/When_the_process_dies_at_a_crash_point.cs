using Orleans.Persistence.GroupCommit;
using Shop;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;
using Shop.Benches.Load.Shopping;
using Testing.Servers;

namespace Chaos.Crashes;

/// <summary>
/// The shop kills itself at one named place, while every kind of order is under way; started again, it brings all of them to their ends
/// without being asked (but for the customers who pay anew or cancel: they ask about their own), and its books and the customers' agree.
/// docs/crash-points.md says what rests on what.
/// On PostgreSQL it dies at the library's points; the shop's own differ in nothing that a database could.
/// SHOP_CHAOS_CRASHES runs one case on both databases (without the points that one does not have), also one that is not listed here: <c>batch-written/not-committed:300, order-placed/not-answered</c>.
/// </summary>
public sealed class When_the_process_dies_at_a_crash_point
{
    private const int KilledBySignal9 = 128 + 9;
    private const string Then = ", ";
    private static readonly TimeSpan ReachLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndsLimit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Not at the first order, but among many; while the others go on for a moment, and answer what they must not, or take out of the
    /// outbox what is delivered; and a process that dies again while it picks up what the first one left.
    /// </summary>
    private static readonly string[] Later =
    [
        "batch-gathered/not-written:60:300",
        "batch-written/not-committed:60:300",
        "events-committed/not-handed-over:50",
        "batch-committed/not-answered:70",
        "events-delivered/position-not-stored:40",
        "message-called/row-not-settled:6",
        "line-held/saga-does-not-know:8",
        "gateway-captured/books-not-written:3:1000",
        "line-shipped/saga-does-not-know:3",
        "line-released/saga-does-not-know:3",
        "gateway-captured/books-not-written, saga-started/reserve-not-sent, batch-written/not-committed:20",
    ];

    /// <summary>On PostgreSQL a batch is one statement and commits with it, and the tables may have been made by others long before.</summary>
    private static readonly string[] OnSqliteAlone = ["schema-applied/not-open", "batch-written/not-committed"];

    private static readonly string[] LaterOnPostgres =
    [
        "batch-committed/not-answered:70",
        "message-called/row-not-settled:6, events-committed/not-handed-over:20",
    ];

    private static readonly Dictionary<string, string> Hurried = new()
    {
        ["Shop__Sagas__EnsureStartedAfter"] = "00:00:01",
        ["Shop__Sagas__ReserveTimeout"] = "00:00:02",
        ["Shop__Payments__GatewayTimeout"] = "00:00:00.500",
        ["Shop__Sagas__AuthorizeTimeout"] = "00:00:02",
        ["Shop__Sagas__CaptureTimeout"] = "00:00:02",
        ["Shop__Sagas__LookupDelays__0"] = "00:00:00.300",
        ["Shop__Sagas__PaymentWindow"] = "00:00:02",
        ["Shop__Sagas__CancelWindow"] = "00:00:00.800",
        ["Shop__Sagas__RedriveAfter"] = "00:00:01",
        // Code that runs for seconds does not earn back what compiling it a second time costs; here that is a third of everything.
        ["DOTNET_TC_CallCountingDelayMs"] = "60000",
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_gcServer"] = "0",
    };

    /// <summary>A case each: one crash, or several after each other.</summary>
    public static TheoryData<string> Crashes => Chosen is { } chosen ? [chosen] :
    [
        .. GroupCommitCrashPoints.All.Concat(CrashPoints.All).Select(point => point.Name),
        .. Later,
    ];

    public static TheoryData<string> CrashesOnPostgres =>
    [
        .. Chosen is { } chosen
            ? [string.Join(Then, chosen.Split(Then).Where(IsOnPostgres))]
            : GroupCommitCrashPoints.All.Select(point => point.Name).Where(IsOnPostgres).Concat(LaterOnPostgres),
    ];

    private static string? Chosen => Environment.GetEnvironmentVariable("SHOP_CHAOS_CRASHES") is { Length: > 0 } chosen ? chosen : null;

    [Theory, MemberData(nameof(Crashes))]
    public async Task Should_bring_every_order_to_its_end(string crashes)
    {
        await using var shop = new ShopProcess(Hurried);
        await CrashAndAudit(crashes, shop, DatabaseOfShop.InFolder(shop.DataDirectory));
    }

    [Theory, MemberData(nameof(CrashesOnPostgres))]
    public async Task Should_do_so_on_PostgreSQL(string crashes)
    {
        using var server = new PostgresDatabase();
        await using var shop = new ShopProcess(new Dictionary<string, string>(Hurried) { ["ConnectionStrings__Postgres"] = server.ConnectionString });
        await CrashAndAudit(crashes, shop, DatabaseOfShop.On(server));
        // It was really there.
        Assert.NotEqual("0", server.Ask("SELECT count(*) FROM orleansstorage"));
    }

    private static bool IsOnPostgres(string crash) => !OnSqliteAlone.Contains(crash.Split(':')[0]);

    private static async Task CrashAndAudit(string crashes, ShopProcess shop, DatabaseOfShop database)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var api = new ShopApi(shop.Url, timeout: TimeSpan.FromSeconds(10));
        var customers = new Customers(api);
        try
        {
            var shopping = customers.Shop(cancel);
            foreach (var crash in crashes.Split(Then, StringSplitOptions.RemoveEmptyEntries))
                await DieAt(crash, shop, shopping, cancel);

            await shop.Start(api, cancel);
            customers.Close();
            await Done(shopping, crashes, cancel);
            None(await database.ComeToRest(EndsLimit, cancel));
            // Before anybody reads an order: without a row left, an order that has not ended would be an offender of I4.
            var atRest = await api.Invariants(cancel);
            Assert.True(atRest.Ok, atRest.ToString());

            var audit = await new BookAudit(api, customers.Book, EndsLimit, untilFinal: true, cancelWaiting: false).Run(cancel);
            Assert.True(audit.Invariants.Ok, audit.Invariants.ToString());
            None([.. audit.Faults, .. await Replays.Faults(api, customers.Book, cancel)]);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"Data kept in {shop.DataDirectory}: {fault.Message}\nThe shop's last words:\n{shop.Log}", fault);
        }
        await shop.Kill();
        Directory.Delete(shop.DataDirectory, recursive: true);
    }

    private static async Task Done(Task shopping, string crashes, CancellationToken cancel)
    {
        try
        {
            await shopping.WaitAsync(EndsLimit, cancel);
        }
        catch (TimeoutException) when (!shopping.IsCompleted)
        {
            throw new TimeoutException($"{EndsLimit} after the start that followed {crashes}, not every customer had an answer.");
        }
    }

    private static void None(IReadOnlyList<string> faults) => Assert.True(faults.Count == 0, $"{faults.Count} faults:\n  {string.Join("\n  ", faults.Take(50))}");

    private static async Task DieAt(string crash, ShopProcess shop, Task shopping, CancellationToken cancel)
    {
        shop.Launch(crash);
        var end = shop.Ended(cancel);
        var first = await Task.WhenAny(end, shopping).WaitAsync(ReachLimit, cancel);
        if (first == shopping)
            await shopping;
        Assert.Equal(KilledBySignal9, await end);
        Assert.Contains($"Crash point {crash.Split(':')[0]} is reached", shop.Log);
    }
}
