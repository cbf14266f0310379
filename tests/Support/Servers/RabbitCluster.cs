namespace Testing.Servers;

/// <summary>
/// A RabbitMQ of three nodes, each a server of its own on this machine. A node is cut off as a network does it: the connections between it and the others
/// end, and none comes into being until it is healed; clients reach all three all the time.
/// </summary>
public sealed class RabbitCluster : IDisposable
{
    private const int Size = 3;

    private RabbitCluster(IReadOnlyList<RabbitServer> nodes) => Nodes = nodes;

    public IReadOnlyList<RabbitServer> Nodes { get; }

    public static async Task<RabbitCluster> Start()
    {
        var first = await Task.Run(RabbitServer.StartOwn);
        var others = Enumerable.Range(1, Size - 1).Select(_ => Task.Run(() => RabbitServer.Join(first))).ToList();
        try
        {
            return new RabbitCluster([first, .. await Task.WhenAll(others)]);
        }
        catch
        {
            foreach (var joined in others.Where(each => each.IsCompletedSuccessfully))
                (await joined).Dispose();
            first.Dispose();
            throw;
        }
    }

    public RabbitServer Find(string node) => Nodes.Single(each => each.Node == node);

    public IEnumerable<RabbitServer> Others(RabbitServer than) => Nodes.Where(each => each != than);

    /// <summary>
    /// Nodes that do not expect the same cookie of each other do not connect. The node itself ends what connects it, in one moment: had one of
    /// the others noticed it much before the other, that would be a partial partition, in which all nodes pause.
    /// </summary>
    public void CutOff(RabbitServer node) => node.Evaluate(
        "begin erpc:multicall(nodes(), erlang, set_cookie, [node(), one]), "
        + "[erlang:set_cookie(Other, another) || Other <- nodes()], "
        + "[net_kernel:disconnect(Other) || Other <- nodes()] end");

    /// <summary>The node knows the cookie last, so that it meets all others at once.</summary>
    public void Heal(RabbitServer node)
    {
        foreach (var other in Others(node))
            other.Evaluate($"erlang:set_cookie('{node.Node}', erlang:get_cookie())");
        node.Evaluate($"[erlang:set_cookie(Other, erlang:get_cookie()) || Other <- [{string.Join(',', Others(node).Select(other => $"'{other.Node}'"))}]]");
    }

    /// <summary>RabbitMQ's own question before a node is stopped: could the others still do without it? Throws when they could not soon.</summary>
    public void AwaitQuorumWithout(RabbitServer node)
    {
        if (node.Evaluate("rabbit_upgrade_preparation:await_online_quorum_plus_one(20000)") != "true")
            throw new InvalidOperationException($"Without {node.Node} some queue would have no majority.");
    }

    public void Dispose()
    {
        foreach (var node in Nodes)
            node.Dispose();
    }
}
