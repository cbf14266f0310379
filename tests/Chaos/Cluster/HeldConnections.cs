using System.Net;
using System.Net.Sockets;
using System.Text;
using Shop.Benches.Load.Api;
using Shop.Benches.Load.Books;

namespace Chaos.Cluster;

/// <summary>
/// Clients that keep a process busy and do nothing more: half a header, half a body, a body that goes on without end, answers that they do not read, a connection between two
/// requests, a request that waits, and words that a silo does not speak.
/// </summary>
internal sealed class HeldConnections : IAsyncDisposable
{
    private const int OfEachSort = 10;

    /// <summary>More than lies between a process and a client that does not read.</summary>
    private const int UnreadAnswers = 2_000;

    private const string Post = "POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: held\r\n";
    private const string Metrics = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static readonly string[] Unfinished = ["GET /health/live HTTP/1.1\r\nHost: loc", Metrics, string.Concat(Enumerable.Repeat(Metrics, UnreadAnswers))];

    private static readonly string[] UnfinishedOrders =
    [
        $"{Post}Content-Length: 500\r\n\r\n{{\"customerId\"",
        $"{Post}Transfer-Encoding: chunked\r\n\r\n5\r\n{{\"cus",
    ];

    private readonly List<TcpClient> clients = [];
    private readonly List<Task> sending = [];
    private readonly CancellationTokenSource stop = new();

    /// <param name="http">The address of the process.</param>
    /// <param name="key">Of the merchant, when it has the API of the shop.</param>
    /// <param name="others">Ports at which it listens for silos and their clients.</param>
    public static async Task<HeldConnections> Open(Uri http, string? key, IEnumerable<int> others)
    {
        var takesOrders = key is not null;
        var held = new HeldConnections();
        foreach (var words in takesOrders ? Unfinished.Concat(UnfinishedOrders) : Unfinished)
        {
            for (var n = 0; n < OfEachSort; n++)
                await held.Send(http.Port, words);
        }

        foreach (var port in others)
        {
            await held.Send(port, "");
            await held.Send(port, Unfinished[0]);
        }

        if (takesOrders)
            await held.WaitForOrders(http, key!);

        for (var n = 0; takesOrders && n < OfEachSort; n++)
            held.Trickle(await held.Send(http.Port, $"{Post}Content-Length: 60000\r\n\r\n"));
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        clients.ForEach(client => client.Dispose());
        await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    /// <summary>Orders whose payment hangs: they are answered when the client has waited long enough.</summary>
    private async Task WaitForOrders(Uri http, string key)
    {
        var product = ShopSetup.Plenty($"held-{Guid.NewGuid():N}", 1);
        using (var api = new ShopApi(http, opsKey: key))
            await ShopSetup.Stock(api, [product], stop.Token);

        var order = $$"""{"customerId":"held","currency":"EUR","items":[{"productId":"{{product.Id}}","quantity":1}],"payment":{"method":"tok_timeout"} }""";
        for (var n = 0; n < OfEachSort; n++)
        {
            await Send(
                http.Port,
                $"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: {Guid.NewGuid()}\r\nPrefer: wait=30\r\n"
                + $"Content-Length: {order.Length}\r\n\r\n{order}");
        }
    }

    private async Task<NetworkStream> Send(int port, string words)
    {
        var client = new TcpClient { ReceiveBufferSize = 4_096 };
        clients.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        // Not waited for: of what nobody reads the answers to, not all is taken.
        sending.Add(stream.WriteAsync(Encoding.ASCII.GetBytes(words), stop.Token).AsTask());
        return stream;
    }

    /// <summary>A byte now and then, above the rate at which the server would call it too slow.</summary>
    private void Trickle(NetworkStream stream) => sending.Add(Task.Run(async () =>
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await pace.WaitForNextTickAsync(stop.Token))
            await stream.WriteAsync(new byte[200], stop.Token);
    }));
}
