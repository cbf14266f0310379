using Microsoft.Extensions.Time.Testing;
using Orleans.Streams.RabbitMQ.Publishing;

namespace RabbitMq.Specs.Publishing;

/// <summary>Another channel helps against a dead leader, and not against a full queue: it is tried ever more seldom.</summary>
public sealed class When_refusals_go_on
{
    private readonly FakeTimeProvider _time = new();
    private readonly ChannelRenewal _renewal;

    public When_refusals_go_on() => _renewal = new ChannelRenewal(_time);

    [Fact]
    public void Should_try_another_channel_at_once() => Assert.True(_renewal.IsDue());

    [Fact]
    public void Should_try_another_one_ever_more_seldom()
    {
        var renewals = Renewals(TimeSpan.FromMinutes(3));

        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30], renewals.Zip(renewals.Skip(1), (one, next) => next - one).Take(10));
    }

    [Fact]
    public void Should_begin_anew_when_there_was_none_for_long()
    {
        Renewals(TimeSpan.FromMinutes(2));
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal([0, 0.5, 1.5], Renewals(TimeSpan.FromSeconds(2)));
    }

    /// <returns>After how many seconds there was another channel, when messages are refused all the time.</returns>
    private List<double> Renewals(TimeSpan duration)
    {
        var (start, found) = (_time.GetTimestamp(), new List<double>());
        for (; _time.GetElapsedTime(start) < duration; _time.Advance(TimeSpan.FromMilliseconds(250)))
        {
            if (_renewal.IsDue())
                found.Add(_time.GetElapsedTime(start).TotalSeconds);
        }

        return found;
    }
}
