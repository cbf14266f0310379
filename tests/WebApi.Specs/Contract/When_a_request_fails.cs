using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Specs.Contract;

public sealed class When_a_request_fails
{
    [Fact]
    public async Task Should_answer_500_without_a_word_about_our_insides()
    {
        var (http, body) = await Run(_ => throw new InvalidOperationException("secret in Grains.cs:line 12"));

        AssertProblem(http, body, 500, "internal", retryable: false);
        Assert.DoesNotContain("secret", body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", body.GetRawText(), StringComparison.Ordinal);
        Assert.NotEmpty(body.GetProperty("traceId").GetString()!);
    }

    [Fact]
    public async Task Should_answer_503_and_when_to_come_back_while_the_shop_is_unavailable()
    {
        var (http, body) = await Run(_ => throw new UnavailableException(new TimeoutException()));

        AssertProblem(http, body, 503, "unavailable", retryable: true);
        Assert.Equal("1", http.Response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData(400, "validation")]
    [InlineData(404, "not-found")]
    [InlineData(405, "method-not-allowed")]
    [InlineData(413, "too-large")]
    [InlineData(415, "unsupported-media-type")]
    [InlineData(500, "internal")]
    public async Task Should_give_a_bare_status_a_problem_body(int status, string code)
    {
        var (http, body) = await Run(http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        AssertProblem(http, body, status, code, retryable: false);
    }

    [Fact]
    public async Task Should_answer_what_the_server_refuses_with_its_status()
    {
        var (http, body) = await Run(_ => throw new BadHttpRequestException("Request body too large.", 413));

        AssertProblem(http, body, 413, "too-large", retryable: false);
    }

    [Fact]
    public async Task Should_take_back_what_a_failed_handler_had_begun_to_answer()
    {
        var (http, body) = await Run(http =>
        {
            http.Response.Headers.ETag = "\"1\"";
            http.Response.Headers.Location = "/v1/orders/x";
            throw new InvalidOperationException();
        });

        AssertProblem(http, body, 500, "internal", retryable: false);
        Assert.Equal(0, http.Response.Headers.ETag.Count);
        Assert.Equal(0, http.Response.Headers.Location.Count);
    }

    [Fact]
    public async Task Should_leave_out_what_a_problem_does_not_say()
    {
        var (_, body) = await Run(http => Problem.NotFound("no").ExecuteAsync(http));

        Assert.Equal(
            ["type", "title", "status", "detail", "code", "retryable", "traceId"],
            body.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Should_say_how_many_pieces_there_are_when_they_do_not_suffice()
    {
        var (_, body) = await Run(http => new Problem(409, ProblemCodes.InsufficientStock, "no") { Requested = 5, Available = 3 }.ExecuteAsync(http));

        Assert.Equal(5, body.GetProperty("requested").GetInt64());
        Assert.Equal(3, body.GetProperty("available").GetInt64());
    }

    private static void AssertProblem(HttpContext http, JsonElement body, int status, string code, bool retryable)
    {
        Assert.Equal(status, http.Response.StatusCode);
        Assert.Equal("application/problem+json", http.Response.ContentType);
        Assert.Equal("nosniff", http.Response.Headers.XContentTypeOptions);
        Assert.NotEqual(0, http.Response.Headers["X-Correlation-Id"].Count);
        Assert.Equal("about:blank", body.GetProperty("type").GetString());
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        Assert.Equal(code, body.GetProperty("code").GetString());
        Assert.Equal(retryable, body.GetProperty("retryable").GetBoolean());
    }

    private static async Task<(HttpContext Http, JsonElement Body)> Run(RequestDelegate handler)
    {
        using var answer = new MemoryStream();
        var http = new DefaultHttpContext { TraceIdentifier = "trace-1" };
        http.Response.Body = answer;

        await new ConventionsPipeline(handler, NullLogger<ConventionsPipeline>.Instance).InvokeAsync(http);

        using var document = JsonDocument.Parse(answer.ToArray());
        return (http, document.RootElement.Clone());
    }
}
