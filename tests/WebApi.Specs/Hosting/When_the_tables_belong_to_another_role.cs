using Npgsql;
using Orleans.Persistence.GroupCommit;
using Shop.WebApi.Hosting;
using Shop.WebApi.Specs.EndToEnd.Hosting;
using Testing.Servers;

namespace Shop.WebApi.Specs.Hosting;

/// <summary><c>migrate</c> has a role that may change tables, the shop one that may only read and write their rows, as docs/kubernetes.md grants it.</summary>
public sealed class When_the_tables_belong_to_another_role : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly PostgresDatabase tables = new();
    private readonly string role;

    public When_the_tables_belong_to_another_role() => role = $"seller_{tables.Schema}";

    public async ValueTask InitializeAsync()
    {
        tables.Run($"""
            CREATE ROLE {role} LOGIN;
            GRANT USAGE ON SCHEMA {tables.Schema} TO {role};
            ALTER DEFAULT PRIVILEGES IN SCHEMA {tables.Schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
            ALTER DEFAULT PRIVILEGES IN SCHEMA {tables.Schema} GRANT USAGE, SELECT ON SEQUENCES TO {role}
            """);
        await GroupCommitSchema.Apply(tables.ConnectionString, cancellationToken: TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        tables.Run($"DROP OWNED BY {role}; DROP ROLE {role}");
        tables.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Should_sell()
    {
        await using var host = new SellersShop(new NpgsqlConnectionStringBuilder(tables.ConnectionString) { Username = role }.ConnectionString);
        await host.InitializeAsync();

        Assert.Equal(0, await TryOrder.Run([host.App.Urls.First()], SellersShop.Key, Limit));
        Assert.Equal("false", tables.Ask($"SELECT lower(has_schema_privilege('{role}', '{tables.Schema}', 'CREATE')::text)"));
    }

    private sealed class SellersShop(string connectionString) : ShopHost(PostgresDatabase.At(connectionString))
    {
        public const string Key = "0123456789abcdef";

        protected override IEnumerable<(string Key, string Value)> Settings => [("Shop:SchemaOnStart", "false"), ("Shop:OpsKey", Key)];
    }
}
