using System.Net;
using Shop.WebApi.Specs.EndToEnd.Hosting;
using Shop.WebApi.Specs.Telemetry;
using Testing.Servers;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>The whole embedded shop as a program of its own, while its disk fills and its files are taken away: it says that it cannot work, and loses nothing that it promised.</summary>
public sealed class When_a_running_shop_loses_its_disk : IAsyncLifetime
{
    private readonly SmallDisk disk = new(mebibytes: 48);
    private readonly ShopProgram program;
    private readonly Shopper shopper;

    public When_a_running_shop_loses_its_disk()
    {
        program = new ShopProgram(Directory.CreateDirectory(Path.Combine(disk.Path, "data")));
        shopper = new Shopper(program.Http);
    }

    private string Data => Path.Combine(disk.Path, "data");

    public ValueTask InitializeAsync() => program.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await program.DisposeAsync();
        }
        finally
        {
            disk.Dispose();
        }
    }

    [Fact]
    public async Task Should_not_be_ready_on_a_full_one_and_take_orders_again_when_there_is_room()
    {
        var product = await shopper.Product(stock: 100);
        await shopper.Order(product, quantity: 1);
        disk.Fill();

        await Ready(HttpStatusCode.ServiceUnavailable, "the database takes no writes: its disk is full");
        (await Order(product)).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        (await shopper.Get("/health/live")).Expect(HttpStatusCode.OK);

        disk.MakeRoom();
        await Ready(HttpStatusCode.OK, "healthy");
        await shopper.Order(product, quantity: 1);
        await shopper.AssertBooks();
    }

    [Fact]
    public async Task Should_refuse_orders_when_the_files_are_removed_and_have_all_that_it_acknowledged_on_those_that_are_put_back()
    {
        var product = await shopper.Product(stock: 100);
        var before = (await shopper.Order(product, quantity: 1)).OrderId;
        var acknowledged = new List<string> { before };
        Directory.Move(Data, Data + "-away");
        for (var i = 0; i < 3; i++)
            (await Order(product)).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        await Ready(HttpStatusCode.ServiceUnavailable, "the database takes no writes: its files were removed or replaced; restart the process");

        Directory.Move(Data + "-away", Data);
        await program.Crash();
        acknowledged.Add((await shopper.Order(product, quantity: 1)).OrderId);
        foreach (var order in acknowledged)
            (await shopper.Read(order)).Expect(HttpStatusCode.OK);
        await shopper.AssertBooks();
    }

    [Fact]
    public async Task Should_acknowledge_nothing_once_a_file_is_removed()
    {
        var product = await shopper.Product(stock: 100);
        File.Delete(Path.Combine(Data, "shop.db-wal"));

        for (var i = 0; i < 3; i++)
            (await Order(product)).ExpectProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        await Ready(HttpStatusCode.ServiceUnavailable, "its files were removed or replaced");
    }

    private Task<Answer> Order(string product) => shopper.Post("/v1/orders", Shopper.OrderJson(product, 1), Shopper.NewId("k"));

    private Task<Answer> Ready(HttpStatusCode status, string why) => Shopper.Eventually(
        () => shopper.Get("/health/ready"), answer => answer.Status == status && answer.Text.Contains(why, StringComparison.Ordinal), $"{(int)status}, {why}");
}
