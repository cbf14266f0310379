using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Shop.Benches.Load.Shopping;

/// <summary>
/// Lets somebody outside say what happens when, over HTTP, where the buyers themselves run in a cluster: <c>POST /begin?step=NAME</c>, <c>/struck</c>, <c>/repaired</c>;
/// <c>GET /look</c> until the step is steady; <c>POST /reckon</c> until there is a result. A request whose answer got lost may be sent again.
/// </summary>
internal static class CourseServer
{
    /// <summary>Until the result has been fetched, or it is cancelled. The result goes to standard output, too.</summary>
    /// <returns>The result; null when there was none.</returns>
    public static async Task<Reckoning?> Run(Course course, int port, CancellationToken cancel)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://*:{port}/"));
        listener.Start();
        using var stop = cancel.Register(listener.Abort);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"orders are under way; listening on port {port}"));
        var written = false;
        Reckoning? result = null;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var context = await listener.GetContextAsync();
                var answer = await Answer(course, context.Request);
                if (answer is Reckoning reckoning && !written)
                {
                    (written, result) = (true, reckoning);
                    Console.WriteLine(JsonSerializer.Serialize(reckoning, JsonSerializerOptions.Web));
                }
                // It stays until it is told to go: the answer may have got lost on its way.
                await Send(context.Response, answer, cancel);
            }
            catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or IOException)
            {
                if (cancel.IsCancellationRequested)
                    break;
            }
        }

        return result;
    }

    private static async Task<object?> Answer(Course course, HttpListenerRequest request)
    {
        switch (request.Url!.AbsolutePath)
        {
            case "/begin":
                course.Begin(request.QueryString["step"] ?? "");
                break;
            case "/struck":
                course.Struck();
                break;
            case "/repaired":
                course.Repaired();
                break;
            case "/look":
                break;
            case "/reckon":
                return await course.Reckon();
            default:
                return new { unknown = request.Url.AbsolutePath };
        }

        return course.Look();
    }

    private static async Task Send(HttpListenerResponse response, object? answer, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, answer?.GetType() ?? typeof(object), JsonSerializerOptions.Web);
        response.ContentType = "application/json";
        response.ContentLength64 = body.Length;
        await response.OutputStream.WriteAsync(body, cancel);
        response.Close();
    }
}
