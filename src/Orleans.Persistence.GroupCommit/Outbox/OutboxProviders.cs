using Microsoft.Extensions.Options;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>Which stream providers of this silo get what the outbox holds. What is published to any other name would lie there for ever.</summary>
internal interface IOutboxProviders
{
    bool Contains(string name);

    /// <summary>Whether an event that is logged is to be delivered, too.</summary>
    bool Wants(string name, object item) => true;
}

/// <inheritdoc cref="IOutboxProviders"/>
internal sealed class OutboxProviders(IEnumerable<OutboxProviderName> names, IOptionsMonitor<OutboxStreamOptions> options) : IOutboxProviders
{
    private readonly Dictionary<string, Func<object, bool>?> _wants = names.ToDictionary(name => name.Value, name => options.Get(name.Value).IsWanted);

    public bool Contains(string name) => _wants.ContainsKey(name);

    public bool Wants(string name, object item) => _wants[name]?.Invoke(item) ?? true;
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
