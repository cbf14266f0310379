using Shop.Operations;
using Shop.StreamKeys;

namespace Grains.Specs.StreamKeys;

public sealed class When_keys_are_rotated
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly StreamKeysState One = StreamKeysDecider.Begin(StreamKey.New(Start));

    [Fact]
    public void Should_sign_with_the_first_key_at_once() =>
        Assert.Equal((One.Keys[0].Id, 1), (StreamKeysDecider.RingAt(One, Start).Signing, StreamKeysDecider.RingAt(One, Start).Keys.Length));

    [Fact]
    public void Should_let_silos_know_a_new_key_before_it_signs()
    {
        var two = Rotated(One, Start.AddDays(1));
        var (made, signs) = (Start.AddDays(1), Start.AddDays(1) + StreamKeysDecider.SignsAfter);

        Assert.Equal(two.Keys, StreamKeysDecider.RingAt(two, made).Keys);
        Assert.Equal(two.Keys[0].Id, StreamKeysDecider.RingAt(two, signs.AddTicks(-1)).Signing);
        Assert.Equal(two.Keys[1].Id, StreamKeysDecider.RingAt(two, signs).Signing);
    }

    [Fact]
    public void Should_make_no_other_key_while_one_is_waiting()
    {
        var two = Rotated(One, Start.AddDays(1));

        Assert.Same(two, Rotated(two, Start.AddDays(1).AddSeconds(59)));
        Assert.Equal(3, Rotated(two, Start.AddDays(1).AddSeconds(60)).Keys.Length);
    }

    [Fact]
    public void Should_believe_an_earlier_key_for_as_long_as_dead_letters_are_kept()
    {
        var two = Rotated(One, Start.AddDays(1));
        var end = Start.AddDays(1) + StreamKeysDecider.SignsAfter + StreamKeysDecider.BelievedFor;

        Assert.Equal(2, StreamKeysDecider.RingAt(two, end.AddTicks(-1)).Keys.Length);
        Assert.Equal([two.Keys[1]], StreamKeysDecider.RingAt(two, end).Keys);
        Assert.Equal([two.Keys[1]], Rotated(two, end).Keys[..^1]);
    }

    [Fact]
    public void Should_keep_no_more_than_a_few()
    {
        var state = One;
        for (var day = 1; day <= 20; day++)
            state = Rotated(state, Start.AddDays(day));

        Assert.Equal(StreamKeysDecider.MaximumKeys, state.Keys.Length);
        Assert.Equal(state.Keys[^1].Id, StreamKeysDecider.RingAt(state, Start.AddDays(21)).Signing);
    }

    [Fact]
    public void Should_go_on_signing_when_the_clock_is_set_back()
    {
        var two = Rotated(One, Start.AddDays(1));

        Assert.Equal(One.Keys[0].Id, StreamKeysDecider.RingAt(two, Start.AddYears(-1)).Signing);
        Assert.Same(two, Rotated(two, Start.AddYears(-1)));
    }

    [Fact]
    public void Should_show_what_each_key_is_for()
    {
        var three = Rotated(Rotated(One, Start.AddDays(1)), Start.AddDays(2));
        var signs = Start.AddDays(2) + StreamKeysDecider.SignsAfter;

        Assert.Equal(
            [
                (StreamKeyUse.Believed, Start, Start.AddDays(1) + StreamKeysDecider.SignsAfter + StreamKeysDecider.BelievedFor),
                (StreamKeyUse.Signing, Start.AddDays(1) + StreamKeysDecider.SignsAfter, signs + StreamKeysDecider.BelievedFor),
                (StreamKeyUse.Waiting, signs, (DateTimeOffset?)null),
            ],
            StreamKeysDecider.ViewAt(three, Start.AddDays(2)).Select(key => (key.Use, key.SignsFrom, key.BelievedUntil)));
    }

    private static StreamKeysState Rotated(StreamKeysState state, DateTimeOffset now) => StreamKeysDecider.Rotate(state, StreamKey.New(now), now);
}
