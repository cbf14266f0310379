namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>Which stream providers of this silo get what the outbox holds. What is published to any other name would lie there for ever.</summary>
internal interface IOutboxProviders
{
    bool Contains(string name);
}

/// <inheritdoc cref="IOutboxProviders"/>
internal sealed class OutboxProviders(IEnumerable<OutboxProviderName> names) : IOutboxProviders
{
    private readonly HashSet<string> _names = [.. names.Select(name => name.Value)];

    public bool Contains(string name) => _names.Contains(name);
}

/// <summary>One per <c>AddOutboxStreams</c> and <c>AddOutboxRelay</c>.</summary>
/// <param name="Value">Of the stream provider.</param>
/// <param name="IsRelayed">It has a queue of its own; otherwise the outbox is its queue.</param>
internal sealed record OutboxProviderName(string Value, bool IsRelayed);

internal static class OutboxProvidersExtensions
{
    /// <summary>For the committing side, before anything is stored.</summary>
    /// <exception cref="InvalidOperationException">Nobody would deliver what is published there.</exception>
    public static void Require(this IOutboxProviders? providers, string name)
    {
        if (providers is null || !providers.Contains(name))
        {
            throw new InvalidOperationException(
                $"'{name}' is no stream provider of this silo that the outbox knows, so the event would never be delivered. Add it with AddOutboxStreams(\"{name}\"), or AddOutboxRelay(\"{name}\") beside the provider.");
        }
    }
}
