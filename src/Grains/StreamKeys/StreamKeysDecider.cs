using System.Collections.Immutable;
using Shop.Operations;

namespace Shop.StreamKeys;

/// <summary>Which key signs, and which are believed.</summary>
internal static class StreamKeysDecider
{
    /// <summary>
    /// As many as are kept: each rotation beyond drops the oldest. What it has signed proves nothing then, and is checked against the
    /// books.
    /// </summary>
    public const int MaximumKeys = 8;

    /// <summary>
    /// From its making until a key signs: silos ask several times meanwhile. One that could not still checks against the books what it
    /// cannot verify.
    /// </summary>
    public static readonly TimeSpan SignsAfter = TimeSpan.FromMinutes(1);

    /// <summary>From when another signs until a key is forgotten: as long as dead letters are kept by default.</summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromDays(30);

    /// <summary>The first key signs at once: there is no other.</summary>
    public static StreamKeysState Begin(StreamKey first) => new([first]);

    /// <param name="state">As it is.</param>
    /// <param name="next">The new key.</param>
    /// <param name="now">When.</param>
    /// <returns>The same state while the newest key does not sign yet.</returns>
    public static StreamKeysState Rotate(StreamKeysState state, StreamKey next, DateTimeOffset now) =>
        SigningAt(state, now) == state.Keys[^1] ? new([.. BelievedAt(state, now).TakeLast(MaximumKeys - 1), next]) : state;

    public static StreamKeyRing RingAt(StreamKeysState state, DateTimeOffset now) => new(SigningAt(state, now).Id, [.. BelievedAt(state, now)]);

    public static ImmutableArray<StreamKeyView> ViewAt(StreamKeysState state, DateTimeOffset now)
    {
        var signing = state.Keys.IndexOf(SigningAt(state, now));
        return
        [
            .. BelievedAt(state, now).Select(key => state.Keys.IndexOf(key)).Select(index => new StreamKeyView(
                state.Keys[index].Id,
                index == signing ? StreamKeyUse.Signing : index > signing ? StreamKeyUse.Waiting : StreamKeyUse.Believed,
                SignsFrom(state, index),
                index + 1 < state.Keys.Length ? SignsFrom(state, index + 1) + BelievedFor : null)),
        ];
    }

    /// <summary>The newest that is old enough. A clock that was set back makes none too young to sign: the oldest always may.</summary>
    private static StreamKey SigningAt(StreamKeysState state, DateTimeOffset now) =>
        state.Keys[Enumerable.Range(0, state.Keys.Length).Last(index => index == 0 || SignsFrom(state, index) <= now)];

    private static IEnumerable<StreamKey> BelievedAt(StreamKeysState state, DateTimeOffset now) =>
        state.Keys.Where((_, index) => index + 1 == state.Keys.Length || SignsFrom(state, index + 1) + BelievedFor > now);

    private static DateTimeOffset SignsFrom(StreamKeysState state, int index) => state.Keys[index].CreatedAt + (index == 0 ? TimeSpan.Zero : SignsAfter);
}
