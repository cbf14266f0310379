using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.GroupCommit.Storage;

namespace GroupCommit.Specs.Projections;

public abstract class When_an_entry_cannot_be_applied<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_stop_before_it_say_so_and_go_on_once_it_can_be_applied()
    {
        await using var projection = await ProjectionUnderTest.Open(Database, starts: false);
        await projection.Append("a", 1, 3);
        await projection.Append("b", 1, text: Tally.Poison);
        await projection.Append("a", 4, 3);
        projection.Start();

        await projection.Comes(() => projection.Status.StoppedBy is not null);
        Assert.Equal("The entry 1 of 'b' cannot be applied: Cannot be counted.", projection.Status.StoppedBy);
        Assert.True(await projection.Counts(("a", 3)));
        Assert.Contains(projection.Store.Log.At(LogLevel.Error), line =>
            line.Contains("has stopped before the entry 1 of 'b'", StringComparison.Ordinal));
        Assert.Equal(1, Shown(projection, "groupcommit.projection.stopped"));
        // Those events are of 1970.
        Assert.InRange(Shown(projection, "groupcommit.projection.seconds.behind"), 86_400, double.MaxValue);
        Assert.InRange(Shown(projection, "groupcommit.projection.entries.behind"), 1, 7);

        projection.Tally.OnApply = (_, _) => Task.CompletedTask;

        await projection.Comes(() => projection.Counts(("a", 6), ("b", 1)));
        await projection.Comes(() => projection.Status is { StoppedBy: null, Behind: 0 });
        Assert.Equal(0, Shown(projection, "groupcommit.projection.stopped"));
        Assert.Equal(0, Shown(projection, "groupcommit.projection.seconds.behind"));
    }

    [Fact]
    public async Task Should_be_set_aside_with_its_reason_where_that_is_wanted_and_nothing_else_with_it()
    {
        await using var projection = await ProjectionUnderTest.Open(Database, options => options.SetsAside = true, starts: false);
        await projection.Append("a", 1, 3);
        await projection.Append("b", 1, text: Tally.Poison);
        await projection.Append("a", 4, 3);
        await projection.Append("b", 2, text: Tally.Poison);
        await projection.Append("a", 7);
        projection.Start();

        await projection.Comes(() => projection.Counts(("a", 7)));

        var faults = await projection.Service.ReadSetAside(ProjectionUnderTest.Name);
        Assert.Equal([("b", 1, "Cannot be counted."), ("b", 2, "Cannot be counted.")],
            faults.Select(fault => (fault.Entity, fault.Sequence, fault.Reason)));
        Assert.Equal([faults[1]], await projection.Service.ReadSetAside(ProjectionUnderTest.Name, faults[0].Id));
        Assert.Null(projection.Status.StoppedBy);

        await projection.Service.Reset(ProjectionUnderTest.Name);
        projection.Tally.OnApply = (_, _) => Task.CompletedTask;
        await projection.Comes(() => projection.Counts(("a", 7), ("b", 2)));
        Assert.Empty(await projection.Service.ReadSetAside(ProjectionUnderTest.Name));
    }

    [Fact]
    public async Task Should_be_tried_as_often_as_that_also_when_it_comes_alone()
    {
        var (tally, tries) = (new Tally(), 0);
        tally.OnApply = (_, _) =>
        {
            tries++;
            throw new FormatException("Cannot be counted.");
        };
        await using var projection = await ProjectionUnderTest.Open(
            Database, options => (options.SetsAside, options.Attempts) = (true, 3), tally, starts: false);
        await projection.Append("a", 1);
        projection.Start();

        await projection.Comes(async () => (await projection.Service.ReadSetAside(ProjectionUnderTest.Name)).Count == 1);
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task Should_be_set_aside_when_it_cannot_even_be_read()
    {
        await using var projection = await ProjectionUnderTest.Open(Database, options => options.SetsAside = true, log: "plain",
            starts: false);
        await projection.Store.Commit(new LogAppend("plain", [new LogRow("a", 1, new byte[] { 0xFF, 0x01, 0x02 })]));
        projection.Start();

        await projection.Comes(async () => (await projection.Service.ReadSetAside(ProjectionUnderTest.Name)).Count == 1);
        Assert.Empty(projection.Tally.Given);
    }

    [Fact]
    public async Task Should_count_as_failed_when_it_takes_too_long()
    {
        var tally = new Tally { OnApply = (_, cancel) => new TaskCompletionSource().Task.WaitAsync(cancel) };
        await using var projection = await ProjectionUnderTest.Open(Database, options => (options.SetsAside, options.Attempts) = (true, 2),
            tally);
        await projection.Append("a", 1);

        await projection.Comes(async () => (await projection.Service.ReadSetAside(ProjectionUnderTest.Name)) is [{ Reason: var reason }]
            && reason.Contains("not applied within 00:00:10", StringComparison.Ordinal));
    }

    private static double Shown(ProjectionUnderTest projection, string instrument)
    {
        double? shown = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (published, listener) =>
            {
                if (published.Meter == projection.Metrics.Meter && published.Name == instrument)
                    listener.EnableMeasurementEvents(published);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Take(value));
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Take(value));
        listener.Start();
        listener.RecordObservableInstruments();
        return shown ?? throw new InvalidOperationException($"{instrument} shows nothing.");

        void Take(double value) => shown = Math.Max(shown ?? 0, value);
    }
}

public sealed class When_an_entry_cannot_be_applied_on_SQLite : When_an_entry_cannot_be_applied<SqliteFile>;

public sealed class When_an_entry_cannot_be_applied_on_PostgreSQL : When_an_entry_cannot_be_applied<SpecSchema>;
