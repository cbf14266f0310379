using Orleans.Streams.RabbitMQ;
using Orleans.Streams.RabbitMQ.Authentication;
using RabbitMQ.Client;

namespace RabbitMq.Specs.Authentication;

public sealed class When_a_digest_is_made
{
    private static readonly RabbitMqMessageKey Key = new("k1", new byte[32]);

    [Fact]
    public void Should_tell_messages_apart_whose_fields_say_the_same_when_put_together()
    {
        var digests = new[]
        {
            Digest("ab", "c", "", "n", "k", "body"), Digest("a", "bc", "", "n", "k", "body"), Digest("ab", "", "c", "n", "k", "body"),
            Digest("ab", "c", null, "n", "k", "body"), Digest("ab", "c", "", "nk", "", "body"), Digest("ab", "c", "", "n", "kb", "ody"), Digest(null, "c", "", "n", "k", "body"),
        };
        Assert.Distinct(digests);
    }

    [Fact]
    public void Should_stay_as_it_is_for_ever()
    {
        // What lies in queues while a release is replaced by another was signed by the one and is read by the other.
        Assert.Equal("108A7E1B122CA202EC5179B7539AEC3FD1F9F078193874F3CEE54222153DF064", Digest("order/1", "application/json", "shop.order-placed", "orders", "p-0", "{}"));
    }

    [Fact]
    public async Task Should_be_right_for_many_at_once()
    {
        var expected = Enumerable.Range(0, 64).Select(i => Digest($"{i}", "t", "t", "n", "k", new string('x', i))).ToArray();
        var all = await Task.WhenAll(Enumerable.Range(0, 640).Select(i => Task.Run(() => (i, Digest: Digest($"{i % 64}", "t", "t", "n", "k", new string('x', i % 64))))));
        Assert.All(all, each => Assert.Equal(expected[each.i % 64], each.Digest));
    }

    [Fact]
    public void Should_leave_a_text_that_AMQP_cannot_carry_to_the_publisher_who_refuses_it()
    {
        var properties = new BasicProperties { MessageId = new string('x', 1_000), Headers = Headers("n", "k") };
        MessageDigest.Write(Key, properties, "body"u8);
        Assert.False(properties.Headers.ContainsKey(MessageDigest.Header));
    }

    [Theory]
    [InlineData("", 32, "id of a message key")]
    [InlineData("a b", 32, "id of a message key")]
    [InlineData("ключ", 32, "id of a message key")]
    [InlineData("k1", 31, "'k1' has 31 bytes; it needs at least 32")]
    public void Should_refuse_a_key_that_is_of_no_use(string id, int bytes, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => new RabbitMqMessageKey(id, new byte[bytes])).Message, StringComparison.Ordinal);

    [Fact]
    public void Should_refuse_two_keys_of_one_id() =>
        Assert.Throws<ArgumentException>(() => new RabbitMqKeyRing(Key, [new RabbitMqMessageKey("k1", new byte[40])]));

    private static string Digest(string? id, string? contentType, string? type, string streamNamespace, string key, string body)
    {
        var digest = new byte[RabbitMqMessageKey.DigestBytes];
        var properties = new BasicProperties { MessageId = id, ContentType = contentType, Type = type, Headers = Headers(streamNamespace, key) };
        Assert.True(Key.TryDigest(properties, System.Text.Encoding.UTF8.GetBytes(body), digest));
        return Convert.ToHexString(digest);
    }

    private static Dictionary<string, object?> Headers(string streamNamespace, string key) =>
        new() { ["orleans-stream-namespace"] = streamNamespace, ["orleans-stream-key"] = key };
}
