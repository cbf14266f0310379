using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Persistence.GroupCommit;
using Orleans.Serialization;

namespace GroupCommit.Specs.Facets;

/// <summary>What callers on other silos and clients are told when the database fails.</summary>
public sealed class When_a_fault_crosses_the_wire
{
    [Fact]
    public async Task Should_tell_the_caller_what_the_database_said()
    {
        using var database = new SqliteFile();
        await using var silo = await SpecSilo.Start(database);
        var serializer = silo.Services.GetRequiredService<Serializer>();
        var said = new PostgresException("terminating connection due to administrator command", "FATAL", "FATAL", PostgresErrorCodes.AdminShutdown);

        var bytes = serializer.SerializeToArray<Exception>(new DurableStateLostException("The state is lost.", new IOException("The database failed.", said)));

        var lost = Assert.IsType<DurableStateLostException>(serializer.Deserialize<Exception>(bytes));
        var failed = Assert.IsType<IOException>(lost.InnerException);
        Assert.Equal(("The state is lost.", "The database failed."), (lost.Message, failed.Message));
        Assert.Contains(said.MessageText, failed.InnerException?.Message, StringComparison.Ordinal);
    }
}
