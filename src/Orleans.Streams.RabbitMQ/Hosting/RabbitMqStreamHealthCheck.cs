using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Streams.RabbitMQ;

namespace Orleans.Streams.RabbitMQ
{
    internal sealed class RabbitMqStreamHealthCheck(IRabbitMqStreamHealth broker, TimeProvider time) : IHealthCheck
    {
        /// <summary>A probe that waits longer than its caller says nothing, and probes would pile up before a broker that hangs.</summary>
        public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                return await broker.FindFault(cancellationToken).WaitAsync(Limit, time, cancellationToken).ConfigureAwait(false) is { } fault
                    ? new HealthCheckResult(context.Registration.FailureStatus, fault)
                    : HealthCheckResult.Healthy();
            }
            catch (TimeoutException late)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, "the broker does not answer in time", late);
            }
        }
    }
}

namespace Microsoft.Extensions.DependencyInjection
{
    /// <summary>Registers the health of stream providers.</summary>
    public static class RabbitMqStreamHealthChecksBuilderExtensions
    {
        /// <summary>
        /// A process is healthy while a provider of its can publish (<see cref="IRabbitMqStreamHealth"/>); it answers within 2 s. The
        /// description of an unhealthy one may be shown to anybody. It belongs to readiness, not to liveness: a restart does not bring a
        /// broker back.
        /// </summary>
        /// <param name="builder">Of the process.</param>
        /// <param name="provider">The name of the stream provider.</param>
        /// <param name="name">Of the check.</param>
        /// <param name="failureStatus">What it reports when nothing can be published; null: unhealthy.</param>
        /// <param name="tags">By which endpoints choose checks.</param>
        public static IHealthChecksBuilder AddRabbitMqStreams(
            this IHealthChecksBuilder builder, string provider, string name = "rabbitmq", HealthStatus? failureStatus = null,
            IEnumerable<string>? tags = null)
        {
            ArgumentNullException.ThrowIfNull(builder);
            ArgumentException.ThrowIfNullOrWhiteSpace(provider);
            return builder.Add(new HealthCheckRegistration(
                name,
                services => new RabbitMqStreamHealthCheck(
                    services.GetRequiredKeyedService<IRabbitMqStreamHealth>(provider), services.GetService<TimeProvider>() ?? TimeProvider.System),
                failureStatus,
                tags));
        }
    }
}
