using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Testing.Servers;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>The program itself, as an operator starts it.</summary>
public sealed class When_the_database_is_migrated : IDisposable
{
    private const string Upgraded = "The database was upgraded: state 1, state 2, state 3, state 4, state 5, clustering 1, AdoNet grain storage 1.";
    private const string UpToDate = "The database is up to date.";

    private readonly PostgresDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_make_all_that_a_cluster_needs_and_say_so_in_one_line()
    {
        Assert.Equal((0, Upgraded, ""), await Migrate(_database.ConnectionString));
        Assert.Equal((0, UpToDate, ""), await Migrate(_database.ConnectionString));

        Assert.Equal("4", _database.Ask("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() "
            + "AND tablename IN ('orleansstorage', 'groupcommit_outbox', 'orleansmembershiptable', 'orleansquery')"));
    }

    [Fact]
    public async Task Should_succeed_when_two_do_it_at_once()
    {
        var both = await Task.WhenAll(Migrate(_database.ConnectionString), Migrate(_database.ConnectionString));

        Assert.Equal([(0, UpToDate, ""), (0, Upgraded, "")], both.Order());
    }

    [Fact]
    public async Task Should_name_rows_that_are_there_twice_and_change_nothing()
    {
        _database.Run("""
            CREATE TABLE orleansstorage (
                grainidhash integer NOT NULL, grainidn0 bigint NOT NULL, grainidn1 bigint NOT NULL, graintypehash integer NOT NULL,
                graintypestring varchar(512) NOT NULL, grainidextensionstring varchar(512), serviceid varchar(150) NOT NULL,
                payloadbinary bytea, modifiedon timestamp NOT NULL, version integer);
            INSERT INTO orleansstorage
            SELECT 1, 0, 0, 2, 'order', key, 'shop', NULL, now(), 1 FROM unnest(ARRAY['o1', 'o2', 'o1', 'o3', 'o3']) AS key
            """);

        var (exit, output, errors) = await Migrate(_database.ConnectionString);

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("Nothing was changed", errors, StringComparison.Ordinal);
        Assert.Equal(["  service 'shop', type 'order', key 'o1': 2 rows", "  service 'shop', type 'order', key 'o3': 2 rows"], errors.Split('\n').Skip(1));
        Assert.Equal("1", _database.Ask("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=shop;Username=u;Password=secret", "The database 'shop' on 127.0.0.1:1 cannot be used: ")]
    [InlineData("Host=127.0.0.1;Prot=1;Password=secret", "The setting ConnectionStrings:Postgres is no connection string of Npgsql, such as ")]
    [InlineData("", "The setting ConnectionStrings:Postgres is missing")]
    public async Task Should_say_in_one_line_why_it_cannot(string connectionString, string why)
    {
        var (exit, output, errors) = await Migrate(connectionString, startTimeout: "00:00:00");

        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith(why, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
        Assert.DoesNotContain("secret", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_wait_for_its_database_and_say_so_once()
    {
        var name = $"late_{Guid.NewGuid():N}";
        using var process = Start(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Database = name, SearchPath = null, Pooling = false }.ConnectionString);
        try
        {
            Assert.Matches($"^Waiting up to 00:01:00: The database '{name}' on .* cannot be used: .*does not exist", await process.StandardOutput.ReadLineAsync(Soon()));
            _database.Run($"CREATE DATABASE {name}");

            Assert.Equal((0, Upgraded, ""), await End(process));
        }
        finally
        {
            _database.Run($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    [Fact]
    public async Task Should_end_at_once_when_it_is_told_to_while_it_waits()
    {
        using var process = Start("Host=127.0.0.1;Port=1;Database=shop;Username=u");
        Assert.StartsWith("Waiting up to 00:01:00: ", await process.StandardOutput.ReadLineAsync(Soon()), StringComparison.Ordinal);

        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(Soon());

        // Not 0: the database was not migrated.
        Assert.Equal((1, "", "Told to stop before the database was upgraded; it is as it was."), await End(process));
    }

    [Fact]
    public async Task Should_say_which_time_cannot_be_read()
    {
        var (exit, _, errors) = await Migrate(_database.ConnectionString, startTimeout: "soon");

        Assert.Equal(1, exit);
        Assert.StartsWith("The setting Shop:StartTimeout is 'soon', but ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Shop:StartTimout=00:10:00", "There is no setting Shop:StartTimout. The nearest one is Shop:StartTimeout;")]
    [InlineData("-x=1", "The short switch '-x=1'")]
    public async Task Should_say_in_one_line_what_is_wrong_with_its_words(string word, string why)
    {
        using var process = Start(_database.ConnectionString, null, word);

        var (exit, output, errors) = await End(process);

        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith(why, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    /// <summary>As when a second release of a chart is given the database of the first.</summary>
    [Fact]
    public async Task Should_leave_the_database_of_another_shop_as_it_is()
    {
        await Migrate(_database.ConnectionString);
        _database.Run("INSERT INTO groupcommit_identity (service_id, cluster_id) VALUES ('first', 'first'); UPDATE groupcommit_schema SET level = 2 WHERE part = 'state'");

        var (exit, output, errors) = await Migrate(_database.ConnectionString, "00:00:00");

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("belongs to the service 'first' and its cluster 'first'", errors, StringComparison.Ordinal);
        Assert.Equal("2", _database.Ask("SELECT level FROM groupcommit_schema WHERE part = 'state'"));
    }

    private static async Task<(int Exit, string Output, string Errors)> Migrate(string connectionString, string? startTimeout = null)
    {
        using var process = Start(connectionString, startTimeout);
        return await End(process);
    }

    private static Process Start(string connectionString, string? startTimeout = null, params string[] words) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Shop.Silo.dll"), "migrate", .. words])
        {
            Environment = { ["ConnectionStrings__Postgres"] = connectionString, ["Shop__StartTimeout"] = startTimeout ?? "" },
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static async Task<(int Exit, string Output, string Errors)> End(Process process)
    {
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(Soon()), process.StandardError.ReadToEndAsync(Soon()));
            await process.WaitForExitAsync(Soon());
            return (process.ExitCode, (await output).TrimEnd(), (await errors).TrimEnd());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static CancellationToken Soon() => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;
}
