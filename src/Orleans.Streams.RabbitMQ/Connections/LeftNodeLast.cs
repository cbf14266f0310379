using RabbitMQ.Client;

namespace Orleans.Streams.RabbitMQ.Connections;

/// <summary>
/// The nodes in any order, so that silos spread over them, but the one that was left just now last: it may be cut off from the others, and then it takes
/// connections as ever, and confirms nothing.
/// </summary>
internal sealed class LeftNodeLast(IReadOnlyList<AmqpTcpEndpoint> nodes, AmqpTcpEndpoint? left) : IEndpointResolver
{
    public IEnumerable<AmqpTcpEndpoint> All()
    {
        var shuffled = nodes.ToArray();
        Random.Shared.Shuffle(shuffled);
        return shuffled.OrderBy(IsLeft);
    }

    private bool IsLeft(AmqpTcpEndpoint node) => left is not null && (node.HostName, node.Port) == (left.HostName, left.Port);
}
