namespace Shop.Benches.Micro.Streams;

/// <param name="Amqp">Where the broker is.</param>
/// <param name="Management">Where it tells of itself.</param>
/// <param name="BrokerProcess">Its first process; all others descend from it.</param>
/// <param name="Seconds">Measured for each figure, over all its rounds.</param>
/// <param name="Rounds">Into how many parts that is cut, with all others measured in between.</param>
/// <param name="Part">publish, end, latency or soak; null: the first three.</param>
/// <param name="Minutes">How long the soak takes.</param>
/// <param name="ResultDirectory">Where the report goes; null: only to the screen.</param>
internal sealed record StreamSettings(
    Uri Amqp,
    Uri Management,
    int BrokerProcess,
    int Seconds,
    int Rounds,
    string? Part,
    int Minutes,
    string? ResultDirectory,
    string Commit,
    string Machine)
{
    public const int Queues = 8;

    /// <summary>Two for each queue.</summary>
    public const int Streams = 16;

    /// <summary>Of a message in Orleans' bytes, and of the bare client's.</summary>
    public const int BodyBytes = 300;

    /// <summary>The size of a batch, where events do not come one by one.</summary>
    public const int BatchSize = 16;

    /// <summary>What the comparison with the bare client goes by.</summary>
    public const int ComparedInFlight = 256;

    public const string Publish = "publish", End = "end", Latency = "latency", Soak = "soak";

    public IReadOnlyList<int> InFlight { get; } = [1, ComparedInFlight, 1_024];

    public bool Has(string part) => Part is null ? part != Soak : Part == part;

    public TimeSpan Window => TimeSpan.FromSeconds((double)Seconds / Rounds);

    /// <summary>Before each window.</summary>
    public TimeSpan Warmup => Window / 5;
}
