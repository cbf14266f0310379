using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shop.WebApi.Specs.EndToEnd.Hosting;

[assembly: HostingStartup(typeof(CallGateStartup))]

namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>
/// Holds chosen grain calls inside the real shop before they are worked on, so that an order stays in a state for as long as a spec looks at it.
/// Grains are named by keys that are new for each spec, so one gate serves every shop of the process.
/// </summary>
internal sealed class CallGate : IIncomingGrainCallFilter
{
    /// <summary>Lets a shop load the gate.</summary>
    public static readonly (string Key, string Value) Setting = (WebHostDefaults.HostingStartupAssembliesKey, typeof(CallGate).Assembly.GetName().Name!);

    private static readonly ConcurrentDictionary<(string Grain, string Method), Gate> Gates = [];

    /// <summary>Calls wait until the gate is opened.</summary>
    public static Gate Hold(string grain, string method) => Close(grain, method, fails: false);

    /// <summary>Calls fail until the gate is opened.</summary>
    public static Gate Fail(string grain, string method) => Close(grain, method, fails: true);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (Gates.TryGetValue((context.TargetId.Key.ToString()!, context.MethodName), out var gate))
            await gate.Pass();
        await context.Invoke();
    }

    private static Gate Close(string grain, string method, bool fails) => Gates[(grain, method)] = new Gate(grain, method, fails);

    internal sealed class Gate(string grain, string method, bool fails)
    {
        private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open()
        {
            Gates.TryRemove((grain, method), out _);
            opened.TrySetResult();
        }

        public Task Pass() => fails ? throw new InvalidOperationException($"{method} of {grain} fails in this spec.") : opened.Task;
    }
}

/// <summary>Brings the gate into the shop the way ASP.NET Core lets an assembly from outside add to a host.</summary>
internal sealed class CallGateStartup : IHostingStartup
{
    public void Configure(IWebHostBuilder builder) =>
        builder.ConfigureServices(services => services.AddSingleton<IIncomingGrainCallFilter, CallGate>());
}
