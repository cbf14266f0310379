using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Shop.WebApi.Conventions;
using Shop.WebApi.Operations;
using Shop.WebApi.Orders;
using Shop.WebApi.Products;
using Shop.WebApi.Stock;

namespace Shop.WebApi.Hosting;

/// <summary>What HTTP needs, whoever answers behind it.</summary>
internal static class HttpHosting
{
    public const string DefaultAddress = "http://127.0.0.1:5080";

    public static void AddShopHttp(this WebApplicationBuilder builder)
    {
        // First, so with the lowest priority: ASPNETCORE_URLS, --urls and appsettings.json all win over it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new(WebHostDefaults.ServerUrlsKey, DefaultAddress)],
        });
        builder.WebHost.ConfigureKestrel(Limit);

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<GrainCalls>();
        builder.Services.AddSingleton<OutcomeWait>();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            // Numbers are numbers: the web defaults would read them from strings too, and the OpenAPI document would say so.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            var known = json.SerializerOptions.TypeInfoResolverChain;
            known.Insert(0, ConventionsJson.Default);
            known.Insert(1, OrdersJson.Default);
            known.Insert(2, ProductsJson.Default);
            known.Insert(3, StockJson.Default);
            known.Insert(4, OperationsJson.Default);
            known.Insert(5, SagasJson.Default);
        });
        builder.Services.AddOpenApi("v1", ApiDocument.Configure);
    }

    /// <summary>What a client may cost before it has been understood. JSON bodies have their own limit of 64 KiB (<see cref="JsonBody"/>).</summary>
    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;

        // Larger than JsonBody's: up to here the server drains what it refuses, so that the client gets to read the 413
        // instead of a reset connection.
        limits.MaxRequestBodySize = 32 * 1024 * 1024;
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
    }
}
