using Microsoft.Extensions.DependencyInjection;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Serialization;
using Shop.Audit;

namespace Shop.Simulation.Storage;

/// <summary>The serializer of the shop's records, as in a silo.</summary>
internal static class Bytes
{
    private static readonly IServiceProvider Services = new ServiceCollection().AddSerializer()
        .AddKeyedSingleton<IDurableLogFormat, AuditFormat>(AuditLog.Name).BuildServiceProvider();

    public static Serializer Serializer { get; } = Services.GetRequiredService<Serializer>();

    /// <summary>Of the shop's log.</summary>
    public static LogFormats Formats { get; } = new(Services, Serializer);

    public static Serializer<T> Of<T>() => Services.GetRequiredService<Serializer<T>>();

    /// <summary>What was written before.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> written) => Of<T>().Deserialize(written)!;
}
