using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Shop.Operations;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Operations;

/// <summary>GET /v1/ops/stream-keys, POST /v1/ops/stream-keys/rotate and /revoke.</summary>
internal static class StreamKeysHandlers
{
    public static Task<IResult> List(HttpContext http, IGrainFactory grains, GrainCalls calls) =>
        Answer(calls.Ask(Grain(grains), static keys => keys.List(), http.RequestAborted));

    /// <summary>May be repeated: while the newest key does not sign yet, no other is made.</summary>
    public static Task<IResult> Rotate(HttpContext http, IGrainFactory grains, GrainCalls calls) =>
        Answer(calls.Ask(Grain(grains), static keys => keys.Rotate(), http.RequestAborted));

    public static Task<IResult> Revoke(HttpContext http, IGrainFactory grains, GrainCalls calls) =>
        Answer(calls.Ask(Grain(grains), static keys => keys.Revoke(), http.RequestAborted));

    /// <exception cref="UnavailableException">There are silos of the release before alone, which do not know the grain: it is there when
    /// one of this release is.</exception>
    private static IStreamKeysGrain Grain(IGrainFactory grains)
    {
        try
        {
            return grains.GetGrain<IStreamKeysGrain>(IStreamKeysGrain.Key);
        }
        catch (ArgumentException e)
        {
            throw new UnavailableException(e);
        }
    }

    private static async Task<IResult> Answer(Task<ImmutableArray<StreamKeyView>> keys) =>
        TypedResults.Json(StreamKeysBody.Of(await keys), OperationsJson.Default.StreamKeysBody);
}

/// <param name="Keys">Those that are believed, the oldest first. Their secrets are told to nobody.</param>
internal sealed record StreamKeysBody(StreamKeyBody[] Keys)
{
    public static StreamKeysBody Of(ImmutableArray<StreamKeyView> keys) => new([.. keys.Select(StreamKeyBody.Of)]);
}

/// <param name="Id">As messages name it, in their header orleans-digest.</param>
/// <param name="Use">waiting: made, does not sign yet. signing: signs all that is published. believed: what it has signed is still
/// believed.</param>
/// <param name="SignsFrom">When it begins, or began, to sign.</param>
/// <param name="BelievedUntil">When it is forgotten; null while no other is to take its place.</param>
internal sealed record StreamKeyBody(
    string Id,
    [property: JsonConverter(typeof(SnakeCase<StreamKeyUse>))] StreamKeyUse Use,
    DateTime SignsFrom,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTime? BelievedUntil)
{
    public static StreamKeyBody Of(StreamKeyView key) => new(key.Id, key.Use, key.SignsFrom.UtcDateTime, key.BelievedUntil?.UtcDateTime);
}
