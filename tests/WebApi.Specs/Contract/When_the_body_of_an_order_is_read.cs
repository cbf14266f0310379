using System.Text;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Specs.Contract;

public sealed class When_the_body_of_an_order_is_read
{
    [Fact]
    public void Should_take_every_field()
    {
        var order = Bodies.Good();

        Assert.Equal("c-42", order.CustomerId.Value);
        Assert.Equal("EUR", order.Currency);
        var line = Assert.Single(order.Lines);
        Assert.Equal("espresso-beans", line.ProductId.Value);
        Assert.Equal(2, line.Quantity.Value);
        Assert.Equal("tok_ok", order.PaymentMethod);
    }

    [Fact]
    public void Should_ignore_members_it_does_not_know_and_take_the_last_of_repeated_ones()
    {
        var order = Bodies.Good(
            """{"later":{"deep":[1]},"customerId":"x","customerId":"c-1","currency":"EUR","items":[{"productId":"p","quantity":1,"note":null}],"payment":{"method":"m"}}""");

        Assert.Equal("c-1", order.CustomerId.Value);
    }

    [Fact]
    public void Should_name_every_fault_at_once()
    {
        var faults = FaultsOf(
            """{"customerId":"","currency":"XXX","items":[{"productId":"NO","quantity":1.5},{"quantity":"3"},4],"payment":{}}""");

        Assert.Equal(
            [
                "#/customerId", "#/currency", "#/items/0/productId", "#/items/0/quantity",
                "#/items/1/productId", "#/items/1/quantity", "#/items/2", "#/payment/method",
            ],
            faults.Select(f => f.Pointer));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1000001")]
    [InlineData("1.5")]
    [InlineData("2.0")]
    [InlineData("1e3")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("1e999999999")]
    [InlineData("\"2\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[1]")]
    [InlineData("{}")]
    public void Should_refuse_a_quantity_that_is_no_count_of_pieces(string quantity)
    {
        var fault = Assert.Single(FaultsOf(Bodies.GoodOrder.Replace("\"quantity\":2", "\"quantity\":" + quantity, StringComparison.Ordinal)));

        Assert.Equal("#/items/0/quantity", fault.Pointer);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1000000", 1_000_000)]
    public void Should_take_a_quantity_at_its_limits(string quantity, int pieces)
    {
        var order = Bodies.Good(Bodies.GoodOrder.Replace("\"quantity\":2", "\"quantity\":" + quantity, StringComparison.Ordinal));

        Assert.Equal(pieces, order.Lines[0].Quantity.Value);
    }

    [Theory]
    [InlineData("\"customerId\":\"c-42\"", "\"customerId\":\"c 42\"", "#/customerId")]
    [InlineData("\"customerId\":\"c-42\"", "\"customerId\":\"käse\"", "#/customerId")]
    [InlineData("\"customerId\":\"c-42\"", "\"customerId\":42", "#/customerId")]
    [InlineData("\"customerId\":\"c-42\",", "", "#/customerId")]
    [InlineData("\"customerId\":\"c-42\"", "\"customerId\":\"\\ud800\"", "#/customerId")]
    [InlineData("\"currency\":\"EUR\"", "\"currency\":\"eur\"", "#/currency")]
    [InlineData("\"currency\":\"EUR\"", "\"currency\":null", "#/currency")]
    [InlineData("espresso-beans", "../etc", "#/items/0/productId")]
    [InlineData("[{\"productId\":\"espresso-beans\",\"quantity\":2}]", "[]", "#/items")]
    [InlineData("[{\"productId\":\"espresso-beans\",\"quantity\":2}]", "{}", "#/items")]
    [InlineData("{\"productId\":\"espresso-beans\",\"quantity\":2}", "null", "#/items/0")]
    [InlineData("{\"method\":\"tok_ok\"}", "\"tok_ok\"", "#/payment")]
    [InlineData("{\"method\":\"tok_ok\"}", "null", "#/payment")]
    [InlineData("tok_ok", "", "#/payment/method")]
    [InlineData("tok_ok", "tok ok", "#/payment/method")]
    public void Should_point_at_what_is_wrong(string good, string bad, string at)
    {
        var fault = Assert.Single(FaultsOf(Bodies.GoodOrder.Replace(good, bad, StringComparison.Ordinal)));

        Assert.Equal(at, fault.Pointer);
    }

    [Fact]
    public void Should_refuse_texts_that_are_too_long()
    {
        var json = Bodies.GoodOrder
            .Replace("c-42", new string('c', 65), StringComparison.Ordinal)
            .Replace("espresso-beans", new string('p', 65), StringComparison.Ordinal)
            .Replace("tok_ok", new string('t', 65), StringComparison.Ordinal);

        Assert.Equal(["#/customerId", "#/items/0/productId", "#/payment/method"], FaultsOf(json).Select(f => f.Pointer));
    }

    [Fact]
    public void Should_take_100_items_and_refuse_101()
    {
        static string With(int items) => Bodies.GoodOrder.Replace(
            "{\"productId\":\"espresso-beans\",\"quantity\":2}",
            string.Join(',', Enumerable.Repeat("{\"productId\":\"p\",\"quantity\":1}", items)), StringComparison.Ordinal);

        Assert.Equal(100, Bodies.Good(With(100)).Lines.Length);
        Assert.Equal("#/items", Assert.Single(FaultsOf(With(101))).Pointer);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"customerId\":}")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1 /* note */}")]
    [InlineData("nonsense")]
    [InlineData("\u0000")]
    public void Should_say_where_invalid_JSON_goes_wrong(string json)
    {
        var problem = Bodies.Order(json).Problem;

        Assert.NotNull(problem);
        Assert.Equal(ProblemCodes.Validation, problem.Code);
        Assert.Matches("line [0-9]+, byte [0-9]+", problem.Detail);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("42")]
    [InlineData("\"text\"")]
    public void Should_refuse_a_root_that_is_no_object(string json) => Assert.Equal("#", Assert.Single(FaultsOf(json)).Pointer);

    [Fact]
    public void Should_refuse_deep_nesting_without_following_it()
    {
        var problem = Bodies.Order(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000)).Problem;

        Assert.Equal(400, problem!.Status);
    }

    [Fact]
    public void Should_refuse_bytes_that_are_no_UTF8()
    {
        var json = Encoding.Latin1.GetBytes(Bodies.GoodOrder.Replace("c-42", "käse", StringComparison.Ordinal));

        Assert.Equal("The body is not valid UTF-8.", Bodies.Order(json).Problem!.Detail);
    }

    [Fact]
    public void Should_refuse_a_member_name_with_half_a_surrogate_pair() =>
        Assert.Equal(400, Bodies.Order("""{"\ud800ustomerId":"c"}""").Problem!.Status);

    private static IReadOnlyList<FieldFault> FaultsOf(string json)
    {
        var problem = Bodies.Order(json).Problem;
        Assert.NotNull(problem);
        Assert.Equal(400, problem.Status);
        Assert.Equal(ProblemCodes.Validation, problem.Code);
        return problem.Errors!;
    }
}
