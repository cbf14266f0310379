using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Orleans.Hosting;

/// <summary>Adds grain storages that commit together with everything else of the silo.</summary>
public static class GroupCommitGrainStorageSiloBuilderExtensions
{
    /// <summary>
    /// Adds the storage for grains that name none: <see cref="IPersistentState{TState}"/> and <see cref="Grain{TGrainState}"/>. For the rest see
    /// <see cref="AddGroupCommitGrainStorage"/>.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">How states are written down.</param>
    public static ISiloBuilder AddGroupCommitGrainStorageAsDefault(this ISiloBuilder builder, Action<GroupCommitGrainStorageOptions>? configure = null) =>
        builder.AddGroupCommitGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);

    /// <summary>
    /// Adds a storage for <see cref="IPersistentState{TState}"/> and <see cref="Grain{TGrainState}"/> in the database of
    /// <see cref="GroupCommitSiloBuilderExtensions.AddGroupCommit"/>, which the silo needs, too.
    /// </summary>
    /// <remarks>
    /// <para>On PostgreSQL the rows are those of Microsoft.Orleans.Persistence.AdoNet: each reads what the other wrote. A key that its
    /// encoding would take for another one ("01", which is read as 1) is refused with an <see cref="ArgumentException"/>.</para>
    /// <para>A row is found by the state's name and the grain's key, as there: see
    /// <see cref="GroupCommitGrainStorageOptions.SeparateGrainTypes"/>. Nor may a state be named as a grain type that uses
    /// <see cref="DurableAttribute"/>. Two storages in one silo are two ways to the same rows.</para>
    /// <para>A write that finds another version than the grain knows throws <see cref="InconsistentStateException"/>, and only it; when
    /// the database fails, <see cref="DurableStateLostException"/>: it may or may not be stored. Clearing keeps the row and its
    /// version.</para>
    /// </remarks>
    /// <param name="builder">The silo.</param>
    /// <param name="name">By which grains ask for it.</param>
    /// <param name="configure">How states are written down.</param>
    public static ISiloBuilder AddGroupCommitGrainStorage(this ISiloBuilder builder, string name, Action<GroupCommitGrainStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var services = builder.Services;
        var options = services.AddOptions<GroupCommitGrainStorageOptions>(name);
        if (configure is not null)
            options.Configure(configure);

        services.AddTransient<IPostConfigureOptions<GroupCommitGrainStorageOptions>, DefaultStorageProviderSerializerOptionsConfigurator<GroupCommitGrainStorageOptions>>();
        services.AddSingleton<IConfigurationValidator>(provider => new CommitterIsThere(provider, name));
        services.AddGrainStorage(name, static (provider, name) => ActivatorUtilities.CreateInstance<GroupCommitGrainStorage>(
            provider, name, provider.GetRequiredService<IOptionsMonitor<GroupCommitGrainStorageOptions>>().Get(name)));
        return builder;
    }

    private sealed class CommitterIsThere(IServiceProvider services, string name) : IConfigurationValidator
    {
        public void ValidateConfiguration()
        {
            if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(ICommitter)) != true)
            {
                throw new OrleansConfigurationException(
                    $"The grain storage '{name}' has no database: {nameof(GroupCommitSiloBuilderExtensions.AddGroupCommit)} is missing.");
            }
        }
    }
}
