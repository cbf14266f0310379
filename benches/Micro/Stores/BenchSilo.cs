using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using Shop.Benches.Load.Machine;

namespace Shop.Benches.Micro.Stores;

/// <summary>A silo on its own, in this process, for one or more stores.</summary>
internal class BenchSilo(IHost host) : IAsyncDisposable
{
    public const string StorageName = "bench";

    public IServiceProvider Services => host.Services;

    public Serializer Serializer { get; } = host.Services.GetRequiredService<Serializer>();

    public IGrainStorage Storage => Services.GetRequiredKeyedService<IGrainStorage>(StorageName);

    public static async Task<BenchSilo> Start(string name, Action<ISiloBuilder> configure)
    {
        var host = Build(name, configure);
        await host.StartAsync();
        return new BenchSilo(host);
    }

    protected static IHost Build(string name, Action<ISiloBuilder> configure)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = name });
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning)
            // Its first look compares with a time before the process began.
            .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        // Standard output is the report's.
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.UseOrleans(silo =>
        {
            var ports = FreePorts.Take(2);
            silo.UseLocalhostClustering(ports[0], ports[1], new IPEndPoint(IPAddress.Loopback, ports[0]), name, name);
            silo.Configure<SiloOptions>(options => options.SiloName = name);
            // For all storages, so that all store the same bytes. The default, JSON, is only slower.
            silo.Services.AddSingleton<IGrainStorageSerializer, OrleansGrainStorageSerializer>();
            configure(silo);
        });
        return builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
