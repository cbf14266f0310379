using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Events;
using Shop.WebApi.Specs.EndToEnd.Hosting;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>The streams are told which faults blame no event. What they do then, their own specs say.</summary>
public sealed class When_a_consumer_of_events_lacks_what_it_needs(ShopHost host)
{
    private readonly OutboxStreamOptions streams = host.App.Services.GetRequiredService<IOptionsMonitor<OutboxStreamOptions>>().Get(ShopStreams.Provider);

    [Fact]
    public void Should_blame_no_event_for_a_database_that_is_away_or_does_not_keep_up()
    {
        Assert.True(streams.IsOutage?.Invoke(new AuditUnavailableException()));
        Assert.True(streams.IsOutage?.Invoke(new GroupCommitQueueFullException()));
    }

    [Fact]
    public void Should_blame_the_event_for_everything_else() => Assert.False(streams.IsOutage?.Invoke(new InvalidOperationException()) ?? false);
}
