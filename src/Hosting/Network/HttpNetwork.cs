using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Network;

/// <summary>What every process of a shop that answers HTTP has in common: where it listens, what a client may cost, and whom it answers.</summary>
public static class HttpNetwork
{
    /// <summary>Before the settings are read.</summary>
    /// <param name="builder">Of the process.</param>
    /// <param name="otherwise">Where it listens unless it is told; empty: nowhere but where its management does.</param>
    public static void AddHttpNetwork(this WebApplicationBuilder builder, string otherwise)
    {
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is not { Length: > 0 })
            HttpAddresses.SetDefault(builder.Configuration, otherwise);
        builder.WebHost.ConfigureKestrel(Limit);
        // ASP.NET would answer first, to probes too, and not with a problem.
        builder.Services.Configure<HostFilteringOptions>(filter => filter.AllowedHosts = ["*"]);
    }

    /// <summary>After the settings have been read.</summary>
    public static void AddHttpNetwork(this WebApplicationBuilder builder, ShopSettings settings)
    {
        if (settings.Http.Management.Count > 0)
            settings.Http.AddManagementTo(builder.Configuration);
        builder.Services.AddHostedService<NetworkWarnings>();
    }

    /// <param name="app">The process.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="refuse">Answers a request that is not let in.</param>
    public static void UseRequestGuard(this WebApplication app, ShopSettings settings, Func<HttpContext, Refusal, Task> refuse)
    {
        var guard = new RequestGuard(settings.AllowedHosts, [.. settings.Http.Management.Select(address => address.Port).OfType<int>()]);
        app.Use(next => http => guard.Check(http) is { } refusal ? refuse(http, refusal) : next(http));
    }

    /// <summary>On every answer: it is what it says it is, in no frame of another page, and no part of one.</summary>
    public static void SetSafetyHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>What a client may cost before it has been understood. The API's JSON bodies have a limit of 64 KiB of their own.</summary>
    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;

        // Larger than that of JSON bodies: up to here the server drains what it refuses, so that the client gets to read the 413
        // instead of a reset connection.
        limits.MaxRequestBodySize = 32 * 1024 * 1024;
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
    }
}
