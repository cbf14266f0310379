using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Shop.WebApi.Conventions;

/// <summary>ETag, If-Match and If-None-Match over entity versions (RFC 9110, 13.1).</summary>
internal static class EntityTags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Sets the ETag and says whether the client has this version already.</summary>
    public static bool ClientHas(HttpContext http, long version)
    {
        var tag = Of(version);
        http.Response.Headers.ETag = tag;
        var known = http.Request.Headers.IfNoneMatch;
        if (known.Count == 0)
        {
            return false;
        }

        // A header that cannot be read is no precondition: the client gets the entity.
        if (!EntityTagHeaderValue.TryParseList(known.ToArray()!, out var tags))
        {
            return false;
        }

        var current = new EntityTagHeaderValue(tag);
        return tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(current, useStrongComparison: false));
    }

    /// <summary>What a request that replaces an entity says about the version it replaces.</summary>
    public static Precondition PreconditionOf(HttpRequest request)
    {
        var match = request.Headers.IfMatch;
        var noneMatch = request.Headers.IfNoneMatch;
        if (match.Count > 0 && noneMatch.Count > 0)
        {
            return new Precondition.Malformed("Give If-Match or If-None-Match, not both.");
        }

        if (noneMatch.Count > 0)
        {
            return noneMatch is ["*"]
                ? new Precondition.OnlyCreate()
                : new Precondition.Malformed("If-None-Match of a PUT can only be *.");
        }

        if (match.Count == 0)
        {
            return new Precondition.None();
        }

        if (!EntityTagHeaderValue.TryParseStrictList(match.ToArray()!, out var tags) || tags.Count == 0)
        {
            return new Precondition.Malformed("If-Match must be * or a list of entity tags in double quotes.");
        }

        return tags is [var only] && only.Equals(EntityTagHeaderValue.Any)
            ? new Precondition.AnyVersion()
            : new Precondition.OneOf([.. tags.Select(VersionOf).OfType<long>()]);
    }

    /// <summary>Null for what no entity of ours is tagged with. Weak tags never match (strong comparison).</summary>
    private static long? VersionOf(EntityTagHeaderValue tag) =>
        !tag.IsWeak
        && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && version > 0
            ? version
            : null;
}

internal abstract record Precondition
{
    private Precondition() { }

    public sealed record None : Precondition;

    public sealed record OnlyCreate : Precondition;

    public sealed record AnyVersion : Precondition;

    /// <param name="Versions">Empty when no tag can be one of ours: then it never holds.</param>
    public sealed record OneOf(IReadOnlyList<long> Versions) : Precondition;

    public sealed record Malformed(string Detail) : Precondition;
}
