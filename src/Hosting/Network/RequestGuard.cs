namespace Shop.Hosting.Network;

/// <summary>Before a request is looked at: whether it may come in by this name, this port, and from this page.</summary>
public sealed class RequestGuard(IReadOnlyList<string> allowedHosts, IReadOnlyList<int> managementPorts)
{
    private static readonly Refusal Host = new(
        StatusCodes.Status400BadRequest, "host-not-allowed", "This process does not answer to the host name of the request. Its setting AllowedHosts lists those it answers to.");

    private static readonly Refusal OtherPort = new(StatusCodes.Status404NotFound, "not-found", "There is nothing at this address.");

    private static readonly Refusal CrossOrigin = new(
        StatusCodes.Status403Forbidden, "cross-origin", "The request comes from a page of another site, and would change something here. Send it from a page of this address, or from a program.");

    private readonly HostCheck hosts = new(allowedHosts);

    /// <returns>Null: let it in.</returns>
    public Refusal? Check(HttpContext http)
    {
        if (!hosts.Admits(http))
            return Host;
        // By the port that the connection came in by, which nobody outside can choose; what a request says of it, anybody can write.
        if (managementPorts.Count > 0 && managementPorts.Contains(http.Connection.LocalPort) != ManagementPaths.Has(http.Request.Path))
            return OtherPort;
        return CrossOriginCheck.Admits(http.Request) ? null : CrossOrigin;
    }
}

/// <summary>Why a request is not looked at.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Detail">For people.</param>
public sealed record Refusal(int Status, string Code, string Detail);
