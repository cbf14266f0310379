using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Logs;
using Orleans.Persistence.GroupCommit.Projections;
using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Hosting;

/// <summary>Adds projections of logs to a silo.</summary>
public static class DurableProjectionSiloBuilderExtensions
{
    /// <summary>
    /// Adds a projection, which runs on one silo of the cluster at a time: on another one within seconds after that has ended or died. Add
    /// it on all of them.
    /// <see cref="IDurableProjections"/> tells how it does. The silo needs <see cref="GroupCommitSiloBuilderExtensions.AddGroupCommit"/>,
    /// too.
    /// </summary>
    /// <typeparam name="TEvent">What the entries say.</typeparam>
    /// <typeparam name="TProjection">Made once, with the services of the silo.</typeparam>
    /// <param name="builder">The silo.</param>
    /// <param name="name">Under which its place in the log is stored, up to 100 characters: a new name begins at the first entry.</param>
    /// <param name="log">The log that it reads.</param>
    /// <param name="configure">How it is run.</param>
    /// <exception cref="InvalidOperationException">There is one of this name.</exception>
    public static ISiloBuilder AddDurableProjection<TEvent, TProjection>(
        this ISiloBuilder builder, string name, string log, Action<DurableProjectionOptions>? configure = null)
        where TEvent : class where TProjection : class, IDurableProjection<TEvent>
    {
        ArgumentNullException.ThrowIfNull(builder);
        LogNames.ThrowIfWrong(name, LogNames.LongestLog, nameof(name));
        LogNames.ThrowIfWrong(log, LogNames.LongestLog, nameof(log));
        var services = builder.Services;
        if (services.Any(service => service.ImplementationInstance is ProjectionName known && known.Value == name))
            throw new InvalidOperationException($"There is a projection '{name}' already: each has its own place in the log, by its name.");

        services.AddSingleton(new ProjectionName(name));
        var options = services.AddOptions<DurableProjectionOptions>(name);
        if (configure is not null)
            options.Configure(configure);

        services.AddSingleton<IConfigurationValidator>(provider => new DurableProjectionValidator(
            name, provider.GetRequiredService<IOptionsMonitor<DurableProjectionOptions>>().Get(name),
            provider.GetService<IServiceProviderIsService>()?.IsService(typeof(ICommitter)) == true));
        services.AddSingleton<IProjectionRunner>(provider => new ProjectionRunner<TEvent>(
            new ProjectionPlan(name, log, provider.GetRequiredService<IOptionsMonitor<DurableProjectionOptions>>().Get(name)),
            ActivatorUtilities.GetServiceOrCreateInstance<TProjection>(provider),
            provider.GetRequiredService<IDialect>().Logs, provider.GetRequiredService<LogWatch>(),
                provider.GetRequiredService<LogFormats>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ProjectionMetrics>(),
            provider.GetRequiredService<ILogger<ProjectionService>>()));
        services.TryAddSingleton(provider => new ProjectionMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<ProjectionService>();
        services.TryAddSingleton<IDurableProjections>(provider => provider.GetRequiredService<ProjectionService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, ProjectionService>(
            provider => provider.GetRequiredService<ProjectionService>()));
        return builder;
    }

    private sealed record ProjectionName(string Value);
}
