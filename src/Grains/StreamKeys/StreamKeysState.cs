using System.Collections.Immutable;

namespace Shop.StreamKeys;

/// <summary>The keys, the oldest first; at least one, at most <see cref="StreamKeysDecider.MaximumKeys"/>.</summary>
[GenerateSerializer, Immutable, Alias("shop.stream-keys-state.v1")]
internal sealed record StreamKeysState([property: Id(0)] ImmutableArray<StreamKey> Keys);
