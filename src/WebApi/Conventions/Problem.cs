using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Shop.Hosting.Network;

namespace Shop.WebApi.Conventions;

/// <summary>The one shape of every error answer: RFC 9457 with a machine-readable code. Says what the client can do, never how we work.</summary>
internal sealed class Problem(int status, string code, string detail) : IResult
{
    public const string ContentType = "application/problem+json";

    public int Status => status;
    public string Code => code;
    public string Detail => detail;
    public IReadOnlyList<FieldFault>? Errors { get; init; }
    public long? Requested { get; init; }
    public long? Available { get; init; }

    /// <summary>Set: the same request may succeed after this time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static Problem Validation(string detail) => new(StatusCodes.Status400BadRequest, ProblemCodes.Validation, detail);

    public static Problem Validation(FieldFaults faults) =>
        new(StatusCodes.Status400BadRequest, ProblemCodes.Validation, "The request has faults; see errors.") { Errors = faults.All };

    public static Problem NotFound(string detail) => new(StatusCodes.Status404NotFound, ProblemCodes.NotFound, detail);

    public static Problem KeyMismatch() => new(
        StatusCodes.Status422UnprocessableEntity, ProblemCodes.IdempotencyMismatch,
        "This Idempotency-Key came before with another request. Send a new key for a new request.");

    public static Problem Unavailable() => new(
        StatusCodes.Status503ServiceUnavailable, ProblemCodes.Unavailable,
        "The shop cannot answer right now. Repeat the same request, with the same Idempotency-Key if it has one.")
    { RetryAfter = TimeSpan.FromSeconds(1) };

    /// <summary>For what is not let in.</summary>
    public static Task Refuse(HttpContext http, Refusal refusal) => new Problem(refusal.Status, refusal.Code, refusal.Detail).ExecuteAsync(http);

    /// <summary>For what the framework refuses with a bare status.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        401 => new(status, ProblemCodes.Unauthorized, "This needs the operators' key: Authorization: Bearer KEY."),
        404 => NotFound("There is nothing at this address."),
        405 => new(status, ProblemCodes.MethodNotAllowed, "This address does not take that method; see the Allow header."),
        413 => new(status, ProblemCodes.TooLarge, "The request body is larger than 64 KiB."),
        415 => new(status, ProblemCodes.UnsupportedMediaType, "Send the body as application/json in UTF-8."),
        >= 400 and < 500 => new(status, ProblemCodes.Validation, "The request is not one the shop understands."),
        503 => Unavailable(),
        _ => new(status, ProblemCodes.Internal, "Something went wrong on our side. It has been logged under the trace id."),
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        if (RetryAfter is { } pause)
        {
            response.Headers.RetryAfter = ((int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        response.ContentType = ContentType;
        var body = new ProblemBody(
            "about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, code, RetryAfter is not null,
            Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier,
            Errors, Requested, Available);
        return JsonSerializer.SerializeAsync(
            response.BodyWriter, body, ConventionsJson.Default.ProblemBody, httpContext.RequestAborted);
    }
}

/// <summary>What <see cref="ProblemBody.Code"/> can say. Part of the contract: added to, never renamed.</summary>
internal static class ProblemCodes
{
    public const string Validation = "validation";
    public const string Unauthorized = "unauthorized";
    public const string NotFound = "not-found";
    public const string InsufficientStock = "insufficient-stock";
    public const string InvalidTransition = "invalid-transition";
    public const string IdempotencyMismatch = "idempotency-mismatch";
    public const string VersionMismatch = "version-mismatch";
    public const string VersionRequired = "version-required";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string TooLarge = "too-large";
    public const string UnsupportedMediaType = "unsupported-media-type";
    public const string HostNotAllowed = "host-not-allowed";
    public const string CrossOrigin = "cross-origin";
    public const string Unavailable = "unavailable";
    public const string Internal = "internal";
}

/// <param name="Type">Always about:blank: the code tells problems apart.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Detail">What is wrong with this request, for people.</param>
/// <param name="Code">What is wrong, for programs: validation, unauthorized, not-found, insufficient-stock, invalid-transition, idempotency-mismatch, version-mismatch, version-required, method-not-allowed, too-large, unsupported-media-type, host-not-allowed, cross-origin, unavailable or internal.</param>
/// <param name="Retryable">Whether the same request may succeed later, unchanged.</param>
/// <param name="TraceId">Finds this request in logs and traces.</param>
/// <param name="Errors">Every faulty field of the body.</param>
/// <param name="Requested">With insufficient-stock: the pieces asked for.</param>
/// <param name="Available">With insufficient-stock: the pieces there are.</param>
internal sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    bool Retryable,
    string TraceId,
    IReadOnlyList<FieldFault>? Errors,
    long? Requested,
    long? Available);

/// <param name="Pointer">JSON pointer into the body as a URI fragment, as in RFC 9457's examples: <c>#/items/0/quantity</c>.</param>
/// <param name="Detail">What is wrong with the field.</param>
internal sealed record FieldFault(string Pointer, string Detail);
