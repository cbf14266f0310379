using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Health;
using Orleans.Persistence.GroupCommit.Logs;
using Orleans.Persistence.GroupCommit.Scheduling;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Orleans.Serialization;

namespace Orleans.Hosting;

/// <summary>Adds durable state to a silo.</summary>
public static class GroupCommitSiloBuilderExtensions
{
    /// <summary>
    /// Adds <see cref="IDurable{TState}"/> and <see cref="IDurableMap{TValue}"/> for grains (<see cref="DurableAttribute"/>), and
    /// <see cref="IDurableRows"/>, <see cref="IDurableLog"/>, <see cref="IDurableLogReader"/>, <see cref="IDurableInspector"/> and
    /// <see cref="IGroupCommitHealth"/> as services. The database opens when the silo starts.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Sets <see cref="GroupCommitOptions.DatabasePath"/> (SQLite) or <see cref="GroupCommitOptions.ConnectionString"/> (PostgreSQL).</param>
    public static ISiloBuilder AddGroupCommit(this ISiloBuilder builder, Action<GroupCommitOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        services.Configure(configure);
        if (services.Any(service => service.ServiceType == typeof(ICommitter)))
            return builder;

        services.ConfigureFormatter<GroupCommitOptions>();
        services.AddSingleton<IConfigurationValidator, GroupCommitOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(DialectFactory.Create);
        services.AddSingleton(provider => new CommitMetrics(provider.GetService<IMeterFactory>()));
        services.AddSingleton<Committer>();
        services.AddSingleton<ICommitter>(provider => provider.GetRequiredService<Committer>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, CommitterLifecycle>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, PostgresHeritage>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, LogRetention>();
        services.AddSingleton<IDurableRows, DurableRows>();
        services.AddSingleton<IDurableLog, DurableLog>();
        services.AddSingleton<LogFormats>();
        services.AddSingleton<LogWatch>();
        services.AddSingleton<IDurableLogReader, DurableLogReader>();
        services.AddSingleton<IDurableInspector, DurableInspector>();
        services.AddSingleton<IGroupCommitHealth>(provider => new CommitProbe(
            provider.GetRequiredService<Committer>(), CommitProbe.KeyOf(provider.GetRequiredService<ILocalSiloDetails>().SiloAddress.Endpoint.ToString()),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CommitProbe>>()));
        services.AddSingleton<IAttributeToFactoryMapper<DurableAttribute>, DurableAttributeMapper>();
        services.AddScoped<GrainUnit>();
        services.AddScheduler();
        // A caller elsewhere is told why: without it, of all that the database said only that PostgresException cannot be serialized.
        services.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedNamespacePrefixes.Add(nameof(Npgsql)));
        return builder;
    }
}
