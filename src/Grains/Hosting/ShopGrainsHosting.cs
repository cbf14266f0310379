using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Shop.Payments;
using Shop.Sagas;

namespace Shop.Hosting;

/// <summary>What a silo needs to host the shop's grains, beside storage and streams.</summary>
public static class ShopGrainsHosting
{
    /// <summary>Registers the payment gateway (unless one is registered already) and the grains' options, checked when the host starts.</summary>
    public static IServiceCollection AddShopGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPaymentGateway, SimulatedGateway>();

        services.AddOptions<SagaOptions>()
            .Validate(o => o.EnsureStartedAfter > TimeSpan.Zero, "Sagas: EnsureStartedAfter must be longer than zero.")
            .ValidateOnStart();
        services.AddOptions<PaymentOptions>()
            .Validate(o => o.GatewayTimeout > TimeSpan.Zero, "Payments: GatewayTimeout must be longer than zero.")
            .ValidateOnStart();
        services.AddOptions<SimulatedGatewayOptions>()
            .Validate(o => o.SlowAnswer >= TimeSpan.Zero, "SimulatedGateway: SlowAnswer must not be negative.")
            .Validate(o => o.HangLimit > TimeSpan.Zero, "SimulatedGateway: HangLimit must be longer than zero.")
            .Validate(o => o.FlakyFailures >= 0, "SimulatedGateway: FlakyFailures must not be negative.")
            .ValidateOnStart();
        return services;
    }
}
