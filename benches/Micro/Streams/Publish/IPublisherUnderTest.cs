using Shop.Benches.Load.Machine;
using Shop.Benches.Micro.Closed;

namespace Shop.Benches.Micro.Streams.Publish;

/// <summary>One of those that are compared: messages of the same size to queues of the same kind.</summary>
internal interface IPublisherUnderTest
{
    string Name { get; }

    /// <summary>Where its messages end up.</summary>
    IEnumerable<string> Queues { get; }

    /// <summary>Publishes; counts what the broker has confirmed inside the window.</summary>
    Task<Round> Run(int inFlight, TimeSpan warmup, TimeSpan window, CpuClock clock, CancellationToken cancel);
}
