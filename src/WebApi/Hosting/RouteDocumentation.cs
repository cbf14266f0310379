using Shop.WebApi.Conventions;

namespace Shop.WebApi.Hosting;

/// <summary>What a route table says about its routes, in the words of the contract; <see cref="ApiDocument"/> writes it into the OpenAPI document.</summary>
internal static class RouteDocumentation
{
    private const string Json = "application/json";

    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, params RequestHeader[] headers)
    {
        foreach (var header in headers)
        {
            route.WithMetadata(header);
        }

        return route;
    }

    public static RouteHandlerBuilder Takes<TBody>(this RouteHandlerBuilder route, params RequestHeader[] headers)
        where TBody : notnull => route.WithMetadata(new RequestBodySchema(typeof(TBody), Required: true)).Takes(headers);

    public static RouteHandlerBuilder TakesOptional<TBody>(this RouteHandlerBuilder route, params RequestHeader[] headers)
        where TBody : notnull => route.WithMetadata(new RequestBodySchema(typeof(TBody), Required: false)).Takes(headers);

    public static RouteHandlerBuilder Answers<TBody>(this RouteHandlerBuilder route, int status, params ResponseHeader[] headers) =>
        route.Produces<TBody>(status, Json).WithMetadata(new AnswerHeaders(status, headers));

    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder route, int status, params ResponseHeader[] headers) =>
        route.Produces(status).WithMetadata(new AnswerHeaders(status, headers));

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<ProblemBody>(status, Problem.ContentType);
        }

        return route.Produces<ProblemBody>(StatusCodes.Status500InternalServerError, Problem.ContentType);
    }
}

internal sealed record RequestHeader(string Name, bool Required, string Description);

internal sealed record ResponseHeader(string Name, string Description);

internal sealed record AnswerHeaders(int Status, ResponseHeader[] Headers);

/// <summary>Documentation only. (IAcceptsMetadata would make routing refuse other content types before we can say why.)</summary>
internal sealed record RequestBodySchema(Type Type, bool Required);

internal static class RequestHeaders
{
    public static readonly RequestHeader IdempotencyKey = new(
        RequestKey.Header, true, "1 to 255 visible ASCII characters. The same key with the same body gives the first answer again; with another body 422.");

    public static readonly RequestHeader PreferWait = new(
        Preferences.Header, false, "wait=N: hold the answer up to N seconds (at most 30) until the order has an outcome.");

    public static readonly RequestHeader IfMatch = new("If-Match", false, "The ETag of the version to replace.");
    public static readonly RequestHeader IfNoneMatchAny = new("If-None-Match", false, "*: only create.");
    public static readonly RequestHeader IfNoneMatch = new("If-None-Match", false, "An ETag: 304 when it is still the current one.");
}

internal static class ResponseHeaders
{
    public static readonly ResponseHeader EntityTag = new("ETag", "The entity's version.");
    public static readonly ResponseHeader Location = new("Location", "Where the entity is.");
    public static readonly ResponseHeader Replayed = new(RequestKey.ReplayedHeader, "true: this answer was given before, to the same request.");
    public static readonly ResponseHeader PreferenceApplied = new(Preferences.AppliedHeader, "The wait that was granted.");
}
