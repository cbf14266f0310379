namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>Which stream providers of this silo read the outbox. What is published to any other name would lie there for ever.</summary>
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

/// <summary>One per <c>AddOutboxStreams</c>.</summary>
internal sealed record OutboxProviderName(string Value);

internal static class OutboxProvidersExtensions
{
    /// <summary>For the committing side, before anything is stored.</summary>
    /// <exception cref="InvalidOperationException">Nobody would deliver what is published there.</exception>
    public static void Require(this IOutboxProviders? providers, string name)
    {
        if (providers is null || !providers.Contains(name))
        {
            throw new InvalidOperationException(
                $"'{name}' is no outbox stream provider of this silo, so the event would never be delivered. Add it with AddOutboxStreams(\"{name}\").");
        }
    }
}
