using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace RabbitMq.Specs;

/// <summary>
/// What is left of a silo of the spec's own process that could not start. Orleans 10.4.2 leaves its directory reading updates of the membership that have ended, again and
/// again on a processor of its own, for as long as the specs run: a process of its own would be gone.
/// </summary>
internal sealed class FailedStart(IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>
{
    private const string Directory = "Orleans.Runtime.GrainDirectory.LocalGrainDirectory";
    private const string Reading = "_membershipUpdatesCancellation";

    private CancellationTokenSource? _reading;

    public void Participate(ISiloLifecycle observer)
    {
        var type = Assembly.Load("Orleans.Runtime").GetType(Directory, throwOnError: true)!;
        var field = type.GetField(Reading, BindingFlags.Instance | BindingFlags.NonPublic)
            ?? throw new InvalidOperationException($"{Directory} has changed: see whether it still goes on after a start that failed.");
        // Now, for afterwards the services are gone.
        _reading = (CancellationTokenSource?)field.GetValue(services.GetRequiredService(type));
    }

    public Task End() => _reading?.CancelAsync() ?? Task.CompletedTask;
}
