using System.Text.Json.Serialization;
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
}
