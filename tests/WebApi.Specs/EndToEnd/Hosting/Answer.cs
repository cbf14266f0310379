using System.Net;
using System.Text.Json;

namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>What the shop answered.</summary>
/// <param name="Headers">Of the response and its content, by name in any case; several values joined by a comma.</param>
public sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string ETag => Header("ETag") ?? throw new InvalidOperationException("There is no ETag.");

    public bool Replayed => Header("Idempotency-Replayed") == "true";

    public string OrderId => Json.GetProperty("id").GetString()!;

    public string OrderStatus => Json.GetProperty("status").GetString()!;

    /// <summary>Follows member names: <c>At("price", "amount")</c>.</summary>
    public JsonElement At(params string[] members)
    {
        var element = Json;
        foreach (var member in members)
        {
            element = element.GetProperty(member);
        }

        return element;
    }

    public Answer Expect(HttpStatusCode status)
    {
        Assert.True(status == Status, $"Expected {(int)status}, was {(int)Status}: {Text}");
        return this;
    }

    /// <summary>Asserts that this is a problem of the contract.</summary>
    public JsonElement ExpectProblem(HttpStatusCode status, string code)
    {
        Expect(status);
        Assert.Equal("application/problem+json", Header("Content-Type"));
        var problem = Json;
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        return problem;
    }

    public static async Task<Answer> Of(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer(response.StatusCode, headers, await response.Content.ReadAsStringAsync());
    }
}
