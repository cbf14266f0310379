using System.Reflection;
using System.Text;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Orleans.Storage;

namespace GroupCommit.Specs.Interop;

/// <summary>What Microsoft.Orleans.Persistence.AdoNet itself makes of a key: asked, not copied.</summary>
internal static class AdoNetKey
{
    private static readonly MethodInfo Encode = typeof(AdoNetGrainStorage).GetMethod(
        "GrainIdAndExtensionAsString", BindingFlags.NonPublic | BindingFlags.Static)!;

    public static int HashOf(string kind) => new OrleansDefaultHasher().Hash(Encoding.UTF8.GetBytes(kind));

    public static StorageKey Of(string key)
    {
        var encoded = Encode.Invoke(null, [GrainId.Create(GrainType.Create("any"), IdSpan.Create(key))])!;
        var hash = new OrleansDefaultHasher().Hash((byte[])encoded.GetType().GetMethod("GetHashBytes")!.Invoke(encoded, null)!);
        return new StorageKey(hash, Value<long>("N0Key"), Value<long>("N1Key"), Value<string?>("StringKey"));

        T Value<T>(string name) => (T)encoded.GetType().GetProperty(name)!.GetValue(encoded)!;
    }
}
