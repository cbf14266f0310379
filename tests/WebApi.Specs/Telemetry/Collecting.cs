using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Shop.WebApi.Specs.Telemetry;

/// <summary>Somebody who collects what is sent by OTLP over HTTP, and only counts it.</summary>
internal sealed class Collecting : IAsyncDisposable
{
    private readonly WebApplication app;
    private int received;
    private string? token;

    private Collecting(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    /// <summary>How often it was sent something.</summary>
    public int Received => Volatile.Read(ref received);

    /// <summary>The header <c>x-token</c> of what came last.</summary>
    public string? Token => Volatile.Read(ref token);

    /// <param name="path">Where it expects traces.</param>
    public static async Task<Collecting> Start(string path)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collecting = new Collecting(builder.Build());
        collecting.app.MapPost(path, context =>
        {
            Volatile.Write(ref collecting.token, context.Request.Headers["x-token"]);
            Interlocked.Increment(ref collecting.received);
            return context.Request.Body.CopyToAsync(Stream.Null);
        });
        await collecting.app.StartAsync();
        return collecting;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
