using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Specs.Contract;

public sealed class When_headers_are_read
{
    [Theory]
    [InlineData("wait=10", 10)]
    [InlineData("wait=\"10\"", 10)]
    [InlineData("respond-async, WAIT = 7", 7)]
    [InlineData("wait=5; foo=bar", 5)]
    [InlineData("wait=3, wait=9", 3)]
    [InlineData("wait=31", 30)]
    [InlineData("wait=4294967295", 30)]
    [InlineData("wait=99999999999", 0)]
    [InlineData("wait=-1", 0)]
    [InlineData("wait=1.5", 0)]
    [InlineData("wait", 0)]
    [InlineData("return=minimal", 0)]
    [InlineData("", 0)]
    public void Should_wait_as_long_as_preferred_and_granted(string prefer, int seconds) =>
        Assert.Equal(seconds, Preferences.WaitSeconds(prefer));

    [Fact]
    public void Should_not_wait_unasked() => Assert.Equal(0, Preferences.WaitSeconds(StringValues.Empty));

    [Fact]
    public void Should_find_the_wait_in_a_second_Prefer_header() =>
        Assert.Equal(4, Preferences.WaitSeconds(new StringValues(["respond-async", "wait=4"])));

    [Theory]
    [InlineData("k", true)]
    [InlineData("order 1", false)]
    [InlineData("", false)]
    [InlineData("schlüssel", false)]
    [InlineData(null, false)]
    public void Should_take_only_visible_ASCII_as_key(string? key, bool taken)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[RequestKey.Header] = key;

        Assert.Equal(!taken, RequestKey.Missing(request, out var read, out var problem));
        Assert.Equal(taken ? key : null, read.Value);
        Assert.Equal(taken ? null : 400, problem?.Status);
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Should_take_keys_of_up_to_255_characters(int length, bool taken)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[RequestKey.Header] = new string('k', length);

        Assert.Equal(!taken, RequestKey.Missing(request, out _, out _));
    }

    [Fact]
    public void Should_refuse_two_keys()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[RequestKey.Header] = new StringValues(["a", "b"]);

        Assert.True(RequestKey.Missing(request, out _, out var problem));
        Assert.Equal(ProblemCodes.Validation, problem.Code);
    }

    [Theory]
    [InlineData("\"7\"", true)]
    [InlineData("W/\"7\"", true)]
    [InlineData("\"1\", \"7\"", true)]
    [InlineData("*", true)]
    [InlineData("\"8\"", false)]
    [InlineData("7", false)]
    [InlineData(null, false)]
    public void Should_know_which_version_the_client_has(string? ifNoneMatch, bool has)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.IfNoneMatch = ifNoneMatch;

        Assert.Equal(has, EntityTags.ClientHas(http, 7));
        Assert.Equal("\"7\"", http.Response.Headers.ETag);
    }

    [Theory]
    [InlineData(null, null, "None")]
    [InlineData(null, "*", "OnlyCreate")]
    [InlineData(null, "\"3\"", "Malformed")]
    [InlineData("*", null, "AnyVersion")]
    [InlineData("\"3\"", null, "OneOf 3")]
    [InlineData("\"3\", \"5\"", null, "OneOf 3 5")]
    [InlineData("W/\"3\"", null, "OneOf")]
    [InlineData("\"0\"", null, "OneOf")]
    [InlineData("\"-3\"", null, "OneOf")]
    [InlineData("\"abc\"", null, "OneOf")]
    [InlineData("3", null, "Malformed")]
    [InlineData("", null, "Malformed")]
    [InlineData("\"3\"", "*", "Malformed")]
    public void Should_know_which_version_the_client_means_to_replace(string? ifMatch, string? ifNoneMatch, string expected)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.IfMatch = ifMatch is null ? StringValues.Empty : new StringValues(ifMatch);
        request.Headers.IfNoneMatch = ifNoneMatch;

        var precondition = EntityTags.PreconditionOf(request);

        Assert.Equal(expected, precondition is Precondition.OneOf some
            ? string.Join(' ', ["OneOf", .. some.Versions])
            : precondition.GetType().Name);
    }

    [Theory]
    [InlineData("mine-1", true)]
    [InlineData("with space", false)]
    [InlineData("line\nbreak", false)]
    [InlineData("", false)]
    public void Should_take_a_correlation_id_only_when_it_is_harmless(string given, bool taken)
    {
        var http = new DefaultHttpContext { TraceIdentifier = "ours" };
        http.Request.Headers[RequestTrace.CorrelationHeader] = given;

        Assert.Equal(taken, RequestTrace.CorrelationId(http) == given);
        Assert.NotEmpty(RequestTrace.CorrelationId(http));
    }

    [Fact]
    public void Should_replace_a_correlation_id_of_more_than_128_characters()
    {
        var http = new DefaultHttpContext();
        http.Request.Headers[RequestTrace.CorrelationHeader] = new string('x', 129);

        Assert.NotEqual(new string('x', 129), RequestTrace.CorrelationId(http));
    }
}
