using Shop.Benches.Load;

namespace Shop.Benches.Micro.HotProduct;

/// <summary>What W2 is asked to do.</summary>
/// <param name="Postgres">Null: SQLite.</param>
/// <param name="RabbitMq">Null: streams on the outbox.</param>
/// <param name="Processes">The servers, by name.</param>
/// <param name="Units">Of the product that is sold out; ten times as many want one.</param>
/// <param name="Buyers">Under way at once while holds are counted.</param>
internal sealed record HotSettings(
    string Mode,
    string DataDirectory,
    string? Postgres,
    string? RabbitMq,
    IReadOnlyDictionary<string, int> Processes,
    int Units,
    int Buyers,
    int Seconds,
    int Rounds,
    string? ResultDirectory,
    string Commit,
    string Machine)
{
    /// <summary>Holds that are open before anything is counted, against none.</summary>
    public const int Open = 10_000;

    /// <summary>
    /// All at once. Orleans keeps waiting calls of an activation in a list and takes them from its front: a hundred thousand of them cost the square of that,
    /// which no number of HTTP connections comes near.
    /// </summary>
    public const int BuyersPerUnit = 10;

    public static HotSettings Read(Arguments arguments) => new(
        arguments.Text("mode", "embedded"), arguments.Text("data", "data"), arguments.Text("postgres"), arguments.Text("rabbitmq"), arguments.Processes(),
        arguments.Number("units", 1000, least: 1), arguments.Number("buyers", 1024, least: 1), arguments.Number("seconds", 4, least: 1),
        arguments.Number("rounds", 5, least: 1), arguments.Text("results"), arguments.Text("commit", "unknown"), arguments.Text("machine", "unknown"));
}
