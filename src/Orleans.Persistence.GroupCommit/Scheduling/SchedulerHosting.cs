using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Orleans.Persistence.GroupCommit.Scheduling;

internal static class SchedulerHosting
{
    /// <summary>Called by <c>AddGroupCommit</c>. Needs the dialect, the committer and the options.</summary>
    internal static IServiceCollection AddScheduler(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(Scheduler)))
            return services;

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ScheduleMetrics>();
        services.AddSingleton<Scheduler>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<Scheduler>());
        return services;
    }
}
