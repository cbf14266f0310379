using System.IO.Hashing;
using System.Text;

namespace Shop.Events;

/// <summary>
/// Where events travel: few, long-lived streams. A namespace is split into a fixed number of partitions by entity id,
/// because a new stream costs the reader a round of registration and a known one nothing.
/// </summary>
public static class ShopStreams
{
    public const string Provider = "events";
    public const string Orders = "orders";
    public const string Stock = "stock";
    public const string Payments = "payments";

    /// <summary>
    /// Fixed for the life of a shop: changing it would break the order of events of one entity. Few, for the fewer there are the more events share a message (ADR 0017);
    /// with three namespaces still more streams than queues.
    /// </summary>
    public const int Partitions = 4;

    /// <summary>The key of the stream that carries an entity's events, within its namespace.</summary>
    public static string PartitionOf(string entityKey) =>
        PartitionNames[XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(entityKey)) % Partitions];

    private static readonly string[] PartitionNames = [.. Enumerable.Range(0, Partitions).Select(n => $"partition-{n:D2}")];
}
