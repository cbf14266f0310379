using Orleans.Persistence.GroupCommit;
using Shop.Events;
using Shop.Hosting.Audit;
using Shop.WebApi.Specs.Events;

namespace Shop.WebApi.Specs.Audit;

public sealed class When_a_witness_takes_notes
{
    private static readonly ShopEvent Happened = Samples.All[0] with { Proven = true };
    private static readonly DurableLogPlace Logged = new() { Log = "audit", Entity = Happened.Entity, Sequence = Happened.Sequence };

    private readonly WitnessNotes notes = new(limit: 2);

    [Theory]
    [InlineData("hear, read")]
    [InlineData("read, hear")]
    [InlineData("hear, begin, read")]
    [InlineData("hear, hear, read, hear")]
    [InlineData("begin, read, begin, begin, hear")]
    public void Should_miss_nothing_that_is_heard_before_or_after_it_is_read(string order)
    {
        Do(order);

        Assert.Empty(notes.FindUnheard());
        Assert.Empty(notes.GiveUp([Logged]));
    }

    [Fact]
    public void Should_miss_what_is_read_and_not_heard_and_that_once()
    {
        Do("begin, read");
        Assert.Equal([Logged], notes.FindUnheard());

        Assert.Equal([new UnheardEvent(Logged, Claim: null)], notes.GiveUp([Logged]));
        Assert.Empty(notes.GiveUp([Logged]));
        Assert.Empty(notes.FindUnheard());
    }

    [Theory]
    [InlineData("claim, read")]
    [InlineData("read, claim")]
    [InlineData("claim, begin, read")]
    public void Should_keep_what_somebody_says_without_a_proof_for_a_look_into_the_books(string order)
    {
        Do(order);

        Assert.Equal([new UnheardEvent(Logged, Happened with { Proven = false })], notes.GiveUp([Logged]));
    }

    [Theory]
    [InlineData("claim, hear, read")]
    [InlineData("hear, claim, read")]
    [InlineData("claim, read, hear")]
    [InlineData("hear, begin, claim, read")]
    public void Should_need_no_look_when_it_is_proven_as_well(string order)
    {
        Do(order);

        Assert.Empty(notes.GiveUp([Logged]));
    }

    /// <summary>It is a second copy, or from before the witness began.</summary>
    [Fact]
    public void Should_forget_what_was_heard_before_a_reading_that_does_not_find_it()
    {
        Do("hear, begin, begin");

        Do("read");

        Assert.Equal([Logged], notes.FindUnheard());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_say_when_it_cannot_remember_more(bool heard)
    {
        for (var n = 1; n <= 3; n++)
        {
            Assert.False(notes.IsFull);
            if (heard)
                notes.Hear(Happened with { Sequence = n });
            else
                notes.Read([Logged with { Sequence = n }]);
        }

        Assert.True(notes.IsFull);
    }

    private void Do(string order)
    {
        foreach (var step in order.Split(", "))
        {
            switch (step)
            {
                case "hear":
                    notes.Hear(Happened);
                    break;
                case "claim":
                    notes.Hear(Happened with { Proven = false });
                    break;
                case "begin":
                    notes.BeginReading();
                    break;
                default:
                    notes.Read([Logged]);
                    break;
            }
        }
    }
}
