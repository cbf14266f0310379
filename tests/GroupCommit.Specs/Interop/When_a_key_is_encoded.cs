using Orleans.Persistence.GroupCommit.Storage.Postgres;

namespace GroupCommit.Specs.Interop;

public class When_a_key_is_encoded
{
    public static TheoryData<string> Storable => [.. Keys.Plain, .. Keys.Numbers, .. Keys.Guids];

    [Theory, MemberData(nameof(Storable))]
    public void Should_be_what_the_AdoNet_provider_stores(string key) => Assert.Equal(AdoNetKey.Of(key), StorageKey.Of(key));

    [Fact]
    public void Should_be_what_the_AdoNet_provider_stores_for_any_key_that_is_not_refused()
    {
        var (same, refused) = (0, 0);
        foreach (var key in Keys.Random(20_000))
        {
            try
            {
                Assert.Equal(AdoNetKey.Of(key), StorageKey.Of(key));
                same++;
            }
            catch (ArgumentException)
            {
                refused++;
            }
        }

        Assert.True(same > 15_000 && refused < 5_000, $"{same} alike, {refused} refused");
    }

    [Theory, InlineData("order"), InlineData("Shop.Reading`1[[System.String,System.Private.CoreLib]]"), InlineData("größe"), InlineData("")]
    public void Should_hash_a_type_as_the_AdoNet_provider_does(string kind) =>
        Assert.Equal(AdoNetKey.HashOf(kind), StorageKey.HashOfType(kind));

    [Theory]
    [InlineData("01", "1")]
    [InlineData("0001", "1")]
    [InlineData("00", "0")]
    [InlineData("cafe", "CAFE")]
    [InlineData("Cafe", "CAFE")]
    [InlineData("00000000000000000001", "1")]
    [InlineData("01+x", "1+x")]
    [InlineData("a+x", "A+x")]
    [InlineData("1+", "1")]
    [InlineData("0+", "")]
    [InlineData("0+x", "x")]
    [InlineData("0+01", "01")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcdef+", "0123456789abcdef0123456789abcdef")]
    [InlineData("00000000000000000000000000000000", "0")]
    [InlineData("00000000000000000100000000000000", "1")]
    [InlineData("0000000000000000000000000000cafe", "FECA000000000000")]
    [InlineData("00000000000000000000000000000000+x", "x")]
    public void Should_refuse_one_that_would_come_back_as_another(string key, string other)
    {
        var refusal = Assert.Throws<ArgumentException>(() => StorageKey.Of(key));

        Assert.Contains($"'{key}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"would come back as '{other}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"'k:{key}'", refusal.Message, StringComparison.Ordinal);
        Assert.Equal($"k:{key}", StorageKey.Of($"k:{key}").Extension);
    }

    [Fact]
    public void Should_refuse_text_that_no_column_takes()
    {
        // No theory: what runs those writes its data down as UTF-8, and the lone surrogates would be gone.
        foreach (var (text, why) in new[]
        {
            ("x\0y", "NUL"), ("\0", "NUL"), ("x\uD800", "surrogate"), ("\uDC00x", "surrogate"), ("\uD800x", "surrogate"), ("\uD83D\uDE00\uDE00", "surrogate"),
        })
        {
            Refuses(() => StorageKey.Of(text));
            Refuses(() => StorageKey.Of($"1+{text}"));
            Refuses(() => StorageKey.Of($"0123456789abcdef0123456789abcdef+{text}"));
            Refuses(() => StorageKey.HashOfType(text));

            void Refuses(Func<object> encode) => Assert.Contains(why, Assert.Throws<ArgumentException>(encode).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", 513)]
    [InlineData("1+", 513)]
    [InlineData("0123456789abcdef0123456789abcdef+", 10_000)]
    public void Should_refuse_one_that_is_longer_than_the_column(string before, int length) =>
        Assert.Contains(
            $"{length} characters; the column takes 512",
            Assert.Throws<ArgumentException>(() => StorageKey.Of(before + new string('x', length))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Should_refuse_a_type_that_is_longer_than_the_column() =>
        Assert.Throws<ArgumentException>(() => StorageKey.HashOfType(new string('x', 513)));

    [Fact]
    public void Should_copy_nothing_of_an_ordinary_one()
    {
        var key = string.Concat("order", ":1");

        Assert.Same(key, StorageKey.Of(key).Extension);
    }
}
