using Shop.Silo.Hosting;

namespace Shop.Silo;

/// <summary>A silo by itself: grains, health and dashboard on a small port of its own, no shop API.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => ShopProcess.Run(() => Build(args));

    private static WebApplication Build(string[] args)
    {
        // Content lies beside the program, not where it is started from: there is the data, which no file watcher should see.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection([new(WebHostDefaults.ServerUrlsKey, builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? "http://127.0.0.1:8081")]);
        ShopSilo.AddEmbedded(builder);

        var app = builder.Build();
        app.MapShopHealth();
        app.MapShopDashboard();
        return app;
    }
}
