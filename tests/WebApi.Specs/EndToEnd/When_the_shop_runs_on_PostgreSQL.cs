using Shop.WebApi.Specs.EndToEnd.Hosting;
using Shop.WebApi.Specs.EndToEnd.Orders;
using Shop.WebApi.Specs.EndToEnd.Sagas;

namespace Shop.WebApi.Specs.EndToEnd;

/// <summary>Nothing is different: what the shop does on SQLite, the same specs demand here.</summary>
public static class When_the_shop_runs_on_PostgreSQL
{
    public sealed class And_a_scenario_is_added
    {
        [Fact]
        public void Should_run_it_here_too() => Assert.Equal(
            typeof(ShopHost).Assembly.GetTypes()
                .Where(type => type.Namespace?.StartsWith(typeof(When_the_shop_runs_on_PostgreSQL).Namespace!, StringComparison.Ordinal) is true)
                .Where(type => !type.IsNested && !type.IsAbstract && type.Name.StartsWith("When_", StringComparison.Ordinal))
                .Select(type => type.Name).Order(),
            typeof(When_the_shop_runs_on_PostgreSQL).GetNestedTypes().Select(type => type.BaseType!.Name).Where(name => name != nameof(Object)).Order());
    }

    [Collection(typeof(InAShopOnPostgres))]
    public sealed class And_an_order_is_placed(ShopOnPostgres host) : When_an_order_is_placed(host)
    {
        private readonly ShopOnPostgres host = host;

        [Fact]
        public async Task Should_keep_it_there()
        {
            var shop = new Shopper(host.Http);
            var before = host.StatesInPostgres;

            await shop.Order(await shop.Product(stock: 1), 1);

            Assert.True(host.StatesInPostgres > before);
        }
    }

    [Collection(typeof(InAShopOnPostgres))]
    public sealed class And_an_order_cannot_be_fulfilled(ShopOnPostgres host) : When_an_order_cannot_be_fulfilled(host);

    [Collection(typeof(InAShopOnPostgres))]
    public sealed class And_an_order_is_cancelled(ShopOnPostgres host) : When_an_order_is_cancelled(host);

    [Collection(typeof(InAShopOnPostgres))]
    public sealed class And_a_POST_is_repeated(ShopOnPostgres host) : When_a_POST_is_repeated(host);

    [Collection(typeof(InAShopOnPostgres))]
    public sealed class And_the_timeline_of_an_order_is_read(ShopOnPostgres host) : When_the_timeline_of_an_order_is_read(host);

    [Collection(typeof(InAShopOnPostgres))]
    public sealed class And_the_books_are_checked(ShopOnPostgres host) : When_the_books_are_checked(host);

    [Collection(typeof(InABriskShopOnPostgres))]
    public sealed class And_an_order_goes_its_way(BriskShopOnPostgres host) : When_an_order_goes_its_way(host);

    [Collection(typeof(InAShopOnPostgres))]
    public sealed class And_products_are_kept(ShopOnPostgres host) : When_products_are_kept(host);

    [Collection(typeof(InAShopOnPostgres))]
    public sealed class And_stock_is_adjusted(ShopOnPostgres host) : When_stock_is_adjusted(host);

    [Collection(typeof(InAShopOnPostgres))]
    public sealed class And_garbage_comes_in(ShopOnPostgres host) : When_garbage_comes_in(host);

    [Collection(typeof(InAShopOnPostgres))]
    public sealed class And_the_shop_is_operated(ShopOnPostgres host) : When_the_shop_is_operated(host);

    [Collection(typeof(InASteadyShopOnPostgres))]
    public sealed class And_an_order_is_in_a_state(SteadyShopOnPostgres host) : When_an_order_is_in_a_state(host);

    [Collection(typeof(InASteadyShopOnPostgres))]
    public sealed class And_an_order_is_cancelled_in_a_state(SteadyShopOnPostgres host) : When_an_order_is_cancelled_in_a_state(host);

    [Collection(typeof(InASteadyShopOnPostgres))]
    public sealed class And_an_operator_retries(SteadyShopOnPostgres host) : When_an_operator_retries(host);

    [Collection(typeof(InASteadyShopOnPostgres))]
    public sealed class And_sagas_are_listed(SteadyShopOnPostgres host) : When_sagas_are_listed(host);

    [Collection(typeof(InAHastyShopOnPostgres))]
    public sealed class And_an_order_needs_a_person(HastyShopOnPostgres host) : When_an_order_needs_a_person(host);

    [Collection(typeof(InAHastyShopOnPostgres))]
    public sealed class And_the_gateway_does_not_answer(HastyShopOnPostgres host) : When_the_gateway_does_not_answer(host);
}
