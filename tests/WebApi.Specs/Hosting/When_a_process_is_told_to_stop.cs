using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shop.Hosting.Processes;
using Shop.Hosting.Settings;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_a_process_is_told_to_stop : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider time = new();
    private readonly Process process = new();
    private readonly ShopLifetime lifetime;

    public When_a_process_is_told_to_stop() => lifetime = new ShopLifetime(process, new ShopSettings
    {
        Mode = ShopMode.Embedded,
        DataDirectory = "",
        SeedDemo = false,
        SchemaOnStart = true,
        StartTimeout = TimeSpan.Zero,
        DrainDelay = Delay,
        ClusterId = "shop",
        ServiceId = "shop",
        SiloPort = 1,
        GatewayPort = 2,
    }, time, NullLogger<ShopLifetime>.Instance);

    public void Dispose()
    {
        lifetime.Dispose();
        process.Dispose();
    }

    [Fact]
    public void Should_stop_when_the_delay_is_over_and_not_be_ready_until_then()
    {
        process.Started.Cancel();

        lifetime.Stop(Delay);
        Assert.True(lifetime.IsLeaving);
        time.Advance(Delay - TimeSpan.FromMilliseconds(1));
        Assert.False(process.Stopping.IsCancellationRequested);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(process.Stopping.IsCancellationRequested);
    }

    [Fact]
    public void Should_stop_at_once_when_told_again()
    {
        process.Started.Cancel();

        lifetime.Stop(Delay);
        lifetime.Stop(Delay);

        Assert.True(process.Stopping.IsCancellationRequested);
    }

    [Fact]
    public void Should_stop_at_once_while_it_starts()
    {
        lifetime.Stop(Delay);

        Assert.True(process.Stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Should_serve_on_without_being_ready()
    {
        await using var host = new ShopHost();
        await host.InitializeAsync();
        var shop = new Shopper(host.Http);

        host.App.Services.GetRequiredService<ShopLifetime>().Stop(TimeSpan.FromMinutes(5));

        Assert.Contains("the process is stopping", (await shop.Get("/health/ready")).Expect(HttpStatusCode.ServiceUnavailable).Text, StringComparison.Ordinal);
        (await shop.Get("/health/live")).Expect(HttpStatusCode.OK);
        (await shop.Get("/health/startup")).Expect(HttpStatusCode.OK);
        var answer = (await shop.Get("/v1/products")).Expect(HttpStatusCode.OK);
        Assert.Equal("close", answer.Header("Connection"));
        Assert.False(host.App.Lifetime.ApplicationStopping.IsCancellationRequested);
    }

    /// <summary>Whoever keeps a connection busy must not take the time that the silo needs to hand its orders over.</summary>
    [Theory]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: loc", 1)]
    [InlineData("POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: half\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"cust", 1)]
    [InlineData("POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: half\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"cus", 1)]
    [InlineData("GET /openapi/v1.json HTTP/1.1\r\nHost: localhost\r\n\r\n", 2_000)]
    public async Task Should_leave_the_silo_its_time_whatever_clients_do(string begun, int times)
    {
        await using var host = new ShopHost();
        await host.InitializeAsync();
        var address = new Uri(host.App.Urls.Single());
        using var client = new TcpClient { ReceiveBufferSize = 4_096 };
        await client.ConnectAsync(address.Host, address.Port);
        // Sent as far as the shop takes it: answers that nobody reads fill up what lies between.
        var sending = client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(begun, times)))).AsTask();
        await new Shopper(host.Http).Get("/health/live");
        using var limit = new CancellationTokenSource(BoundedServer.Limit * 10);

        // Were they waited for, it would end by this limit, with an exception.
        await host.App.StopAsync(limit.Token);

        Assert.False(limit.IsCancellationRequested);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private sealed class Process : IHostApplicationLifetime, IDisposable
    {
        public CancellationTokenSource Started { get; } = new();
        public CancellationTokenSource Stopping { get; } = new();
        public CancellationToken ApplicationStarted => Started.Token;
        public CancellationToken ApplicationStopping => Stopping.Token;
        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Stopping.Cancel();

        public void Dispose()
        {
            Started.Dispose();
            Stopping.Dispose();
        }
    }
}
