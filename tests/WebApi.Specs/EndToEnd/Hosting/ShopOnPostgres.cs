using Testing.Servers;

namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>The same shop with its books in PostgreSQL.</summary>
public sealed class ShopOnPostgres : ShopHost
{
    private readonly PostgresDatabase database = new();

    protected override IEnumerable<(string Key, string Value)> Settings => [("ConnectionStrings:Postgres", database.ConnectionString)];

    /// <summary>How many states lie in the database.</summary>
    public long StatesInPostgres => long.Parse(database.Ask("SELECT count(*) FROM orleansstorage")!, System.Globalization.CultureInfo.InvariantCulture);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        database.Dispose();
    }
}

/// <inheritdoc cref="ShopOnPostgres"/>
public sealed class BriskShopOnPostgres : BriskShop
{
    private readonly PostgresDatabase database = new();

    protected override IEnumerable<(string Key, string Value)> Settings => [.. base.Settings, ("ConnectionStrings:Postgres", database.ConnectionString)];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        database.Dispose();
    }
}

[CollectionDefinition]
public sealed class InAShopOnPostgres : ICollectionFixture<ShopOnPostgres>;

[CollectionDefinition]
public sealed class InABriskShopOnPostgres : ICollectionFixture<BriskShopOnPostgres>;
