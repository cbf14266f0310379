using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Persistence.GroupCommit;

namespace Orleans.Persistence.GroupCommit
{
    /// <summary>Commits are writes, so health writes: a database that can only be read looks well to whoever only reads.</summary>
    internal sealed class GroupCommitHealthCheck(IGroupCommitHealth store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await store.FindFault(cancellationToken).ConfigureAwait(false) is { } fault
                ? new HealthCheckResult(context.Registration.FailureStatus, fault)
                : HealthCheckResult.Healthy();
    }
}

namespace Microsoft.Extensions.DependencyInjection
{
    /// <summary>Registers the health of the store.</summary>
    public static class GroupCommitHealthChecksBuilderExtensions
    {
        /// <summary>
        /// A silo is healthy while it can read and store (<see cref="IGroupCommitHealth"/>). The description of an unhealthy one may be
        /// shown to anybody. It belongs to readiness, not to liveness: a restart does not bring a database back.
        /// </summary>
        /// <param name="builder">Of the silo's process.</param>
        /// <param name="name">Of the check.</param>
        /// <param name="failureStatus">What it reports when the store cannot be used; null: unhealthy.</param>
        /// <param name="tags">By which endpoints choose checks.</param>
        public static IHealthChecksBuilder AddGroupCommit(
            this IHealthChecksBuilder builder, string name = "groupcommit", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
        {
            ArgumentNullException.ThrowIfNull(builder);
            return builder.Add(new HealthCheckRegistration(
                name, services => new GroupCommitHealthCheck(services.GetRequiredService<IGroupCommitHealth>()), failureStatus, tags));
        }
    }
}
