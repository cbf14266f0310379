using System.Diagnostics;
using Shop.Hosting.Network;

namespace Shop.WebApi.Conventions;

/// <summary>Around every request: the headers every answer carries, and a problem body for whatever ends without one.</summary>
internal sealed partial class ConventionsPipeline(RequestDelegate next, ILogger<ConventionsPipeline> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        SetHeaders(http);
        try
        {
            await next(http);
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            SetHeaders(http);
            await Answer(http, fault);
            return;
        }

        // Routing and the framework refuse with a bare status.
        if (http.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null })
        {
            await Problem.OfStatus(http.Response.StatusCode).ExecuteAsync(http);
        }
    }

    private static void SetHeaders(HttpContext http)
    {
        HttpNetwork.SetSafetyHeaders(http.Response);
        var headers = http.Response.Headers;
        headers[RequestTrace.CorrelationHeader] = RequestTrace.CorrelationId(http);
        if (Activity.Current?.Id is { } traceParent)
        {
            headers.TraceParent = traceParent;
        }
    }

    private Task Answer(HttpContext http, Exception fault)
    {
        switch (fault)
        {
            case UnavailableException:
                return Problem.Unavailable().ExecuteAsync(http);

            case BadHttpRequestException refused:
                return Problem.OfStatus(refused.StatusCode).ExecuteAsync(http);

            // Nobody is left to answer. Grain calls turn their own failures into UnavailableException, so this is the connection's.
            case OperationCanceledException or IOException:
            case var _ when http.RequestAborted.IsCancellationRequested:
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return Task.CompletedTask;

            default:
                LogFailed(fault, http.Request.Method, http.Request.Path, RequestTrace.CorrelationId(http));
                return Problem.OfStatus(StatusCodes.Status500InternalServerError).ExecuteAsync(http);
        }
    }
}
