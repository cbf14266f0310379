using System.Collections.Immutable;

namespace Shop.Operations;

/// <summary>
/// The keys by which messages on the broker prove that the shop has published them: their names and ages. The secrets go to silos alone, by
/// another interface. Key <see cref="Key"/>.
/// </summary>
[Alias("shop.stream-keys"), GrainInterfaceType("shop.stream-keys")]
public interface IStreamKeysGrain : IGrainWithStringKey
{
    const string Key = "stream-keys";

    /// <summary>Those that are believed, the oldest first.</summary>
    [Alias("List")]
    Task<ImmutableArray<StreamKeyView>> List();

    /// <summary>
    /// Makes a new key, which signs as soon as every silo can know it. The others are believed for a while. While the newest one does not
    /// sign yet, no other is made, so that a repetition changes nothing.
    /// </summary>
    [Alias("Rotate")]
    Task<ImmutableArray<StreamKeyView>> Rotate();

    /// <summary>
    /// Makes a new key that signs at once, and forgets all others: for when strangers may know one. What they have signed is checked
    /// against the books.
    /// </summary>
    [Alias("Revoke")]
    Task<ImmutableArray<StreamKeyView>> Revoke();
}

/// <summary>A key without its secret.</summary>
/// <param name="Id">As messages name it.</param>
/// <param name="Use">What it is used for.</param>
/// <param name="SignsFrom">When it begins, or began, to sign.</param>
/// <param name="BelievedUntil">When it is forgotten; null: nothing has taken its place.</param>
[GenerateSerializer, Immutable, Alias("shop.stream-key-view.v1")]
public sealed record StreamKeyView(
    [property: Id(0)] string Id,
    [property: Id(1)] StreamKeyUse Use,
    [property: Id(2)] DateTimeOffset SignsFrom,
    [property: Id(3)] DateTimeOffset? BelievedUntil);

public enum StreamKeyUse
{
    /// <summary>It has been made, and does not sign yet.</summary>
    Waiting = 0,

    /// <summary>It signs all that is published.</summary>
    Signing,

    /// <summary>It has signed; what it has signed is believed.</summary>
    Believed,
}
