using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Facets;

public abstract class When_a_grain_is_created_without_a_read<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_store_it_with_its_event_and_never_ask_the_database()
    {
        await using var silo = await SpecSilo.Start(Database);
        silo.Dialect.ReadsFail = new IOException("There are no reads today.");

        Assert.Equal("Ann", await Ticket(silo).Issue("Ann", "issued"));

        Assert.Equal([0], silo.Dialect.Writes.Select(write => write.ExpectedVersion));
        Assert.Equal(1, Database.Waiting);
        Assert.Equal("Ann", await Ticket(silo).Holder());
    }

    [Fact]
    public async Task Should_find_the_one_that_exists_and_store_nothing()
    {
        await using var silo = await SpecSilo.Start(Database);
        await Ticket(silo).Issue("Ann", "issued");
        await Ticket(silo).Stamp("monday");
        await silo.Deactivate(Ticket(silo));

        Assert.Equal("Ann", await Ticket(silo).Issue("Bob", "issued again"));

        Assert.Equal(1, Database.Waiting);
        Assert.Equal(["monday"], await Ticket(silo).Stamps());
        Assert.Equal("Ann", await Ticket(silo).Issue("Eve", "issued once more"));
        Assert.Equal([0, 1, 0], silo.Dialect.Writes.Select(write => write.ExpectedVersion));
    }

    [Fact]
    public async Task Should_let_one_of_two_at_once_win()
    {
        await using var silo = await SpecSilo.Start(Database);
        var held = silo.Dialect.HoldNext();
        var first = Ticket(silo).Issue("Ann", "Ann's");
        await held.Arrived;
        var second = Ticket(silo).Issue("Bob", "Bob's");
        var asked = Ticket(silo).Holder();
        held.Release();

        Assert.Equal(["Ann", "Ann", "Ann"], [await first.Soon(), await second.Soon(), (await asked.Soon())!]);
        Assert.Equal(1, Database.Waiting);
    }

    [Fact]
    public async Task Should_fail_the_second_of_two_at_once_with_the_first()
    {
        await using var silo = await SpecSilo.Start(Database);
        Assert.Null(await Ticket(silo).Holder());
        var held = silo.Dialect.HoldAndFailNext();
        var first = Ticket(silo).Issue("Ann", "Ann's");
        await held.Arrived;
        var second = Ticket(silo).Issue("Bob", "Bob's");
        Assert.Equal("Ann", await Ticket(silo).Peek()); // The second is inside by now.
        held.Release();

        await Assert.ThrowsAsync<DurableStateLostException>(() => first.Soon());
        await Assert.ThrowsAsync<DurableStateLostException>(() => second.Soon());
        Assert.Equal(0, Database.Waiting);
        Assert.Equal("Eve", await Ticket(silo).Issue("Eve"));
    }

    [Fact]
    public async Task Should_read_when_asked_to()
    {
        await using var silo = await SpecSilo.Start(Database);
        Assert.Null(await Ticket(silo).Holder());
        Assert.Equal("Ann", await Ticket(silo).Issue("Ann"));
        await silo.Deactivate(Ticket(silo));

        Assert.Equal("Ann", await Ticket(silo).Holder());
        await Ticket(silo).Stamp("monday");
        Assert.Equal(["monday"], await Ticket(silo).Stamps());
    }

    [Fact]
    public async Task Should_refuse_to_say_what_nobody_has_read()
    {
        await using var silo = await SpecSilo.Start(Database);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Ticket(silo).Peek());
        Assert.Contains("loaded on demand", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Ticket(silo).StampUnread());

        Assert.Equal("Ann", await Ticket(silo).Issue("Ann"));
        Assert.Equal("Ann", await Ticket(silo).Peek());
    }

    [Fact]
    public async Task Should_end_the_activation_when_the_first_write_fails_and_find_the_truth_in_the_next()
    {
        await using var silo = await SpecSilo.Start(Database);
        silo.Dialect.LoseNextAnswer();
        await Assert.ThrowsAsync<DurableStateLostException>(() => Ticket(silo).Issue("Ann", "issued"));

        Assert.Equal("Ann", await Ticket(silo).Issue("Bob", "issued again").Soon());
        Assert.Equal(1, Database.Waiting);
    }

    [Fact]
    public async Task Should_end_the_activation_when_the_read_fails()
    {
        await using var silo = await SpecSilo.Start(Database);
        silo.Dialect.ReadsFail = new IOException("There are no reads today.");
        await Assert.ThrowsAnyAsync<Exception>(() => Ticket(silo).Holder());
        silo.Dialect.ReadsFail = null;

        await Eventually.Is(async () =>
        {
            try
            {
                return await Ticket(silo).Holder() is null;
            }
            catch (Exception e) when (e is DurableStateLostException or IOException)
            {
                return false; // The activation that has failed is still on its way out.
            }
        }, "a new activation reads");
    }

    private static ITicket Ticket(SpecSilo silo) => silo.Ticket("k:1");
}

public sealed class When_a_grain_is_created_without_a_read_on_SQLite : When_a_grain_is_created_without_a_read<SqliteFile>;

public sealed class When_a_grain_is_created_without_a_read_on_PostgreSQL : When_a_grain_is_created_without_a_read<SpecSchema>;
