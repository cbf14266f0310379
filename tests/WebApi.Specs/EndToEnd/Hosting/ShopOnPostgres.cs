using System.Globalization;
using Testing.Servers;

namespace Shop.WebApi.Specs.EndToEnd.Hosting;

/// <summary>The same shop with its books in PostgreSQL.</summary>
public sealed class ShopOnPostgres : ShopHost
{
    private readonly PostgresDatabase database;

    public ShopOnPostgres() : this(new PostgresDatabase())
    {
    }

    private ShopOnPostgres(PostgresDatabase database) : base(database) => this.database = database;

    public string ConnectionString => database.ConnectionString;

    /// <summary>How many states lie in the database.</summary>
    public long StatesInPostgres => long.Parse(database.Ask("SELECT count(*) FROM orleansstorage")!, CultureInfo.InvariantCulture);
}

/// <inheritdoc cref="ShopOnPostgres"/>
public sealed class BriskShopOnPostgres() : BriskShop(new PostgresDatabase());

/// <inheritdoc cref="ShopOnPostgres"/>
public sealed class SteadyShopOnPostgres() : SteadyShop(new PostgresDatabase());

/// <inheritdoc cref="ShopOnPostgres"/>
public sealed class HastyShopOnPostgres() : HastyShop(new PostgresDatabase());

[CollectionDefinition]
public sealed class InAShopOnPostgres : ICollectionFixture<ShopOnPostgres>;

[CollectionDefinition]
public sealed class InABriskShopOnPostgres : ICollectionFixture<BriskShopOnPostgres>;

[CollectionDefinition]
public sealed class InASteadyShopOnPostgres : ICollectionFixture<SteadyShopOnPostgres>;

[CollectionDefinition]
public sealed class InAHastyShopOnPostgres : ICollectionFixture<HastyShopOnPostgres>;
