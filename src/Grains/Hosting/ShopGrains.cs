using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Persistence.GroupCommit;
using Shop.Audit;
using Shop.Gateway;
using Shop.Payments;
using Shop.Sagas;
using Shop.Telemetry;

namespace Shop.Hosting;

/// <summary>What a silo needs to host the shop's grains, beside storage and streams.</summary>
public static class ShopGrains
{
    /// <summary>The grains that belong to one order, by class: idle long before the next order comes.</summary>
    public static readonly string[] PerOrderTypes = [typeof(Orders.OrderGrain).FullName!, typeof(OrderSagaGrain).FullName!, typeof(PaymentGrain).FullName!];

    /// <summary>The sections below <c>Shop</c> that <see cref="AddShopGrains"/> binds, and to what.</summary>
    public static readonly IReadOnlyDictionary<string, Type> OptionSections = new Dictionary<string, Type>
    {
        [Sagas] = typeof(SagaOptions),
        [Payments] = typeof(PaymentOptions),
        [Gateway] = typeof(SimulatedGatewayOptions),
        [Census] = typeof(SagaCensusOptions),
    };

    private const string Sagas = "Sagas";
    private const string Payments = "Payments";
    private const string Gateway = "SimulatedGateway";
    private const string Census = "Telemetry:Sagas";

    /// <summary>Registers the payment gateway (unless there is one already) and the grains' options, checked when the host starts.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="shop">The section <c>Shop</c>: with <c>Sagas</c>, <c>Payments</c> and <c>SimulatedGateway</c>.</param>
    public static ISiloBuilder AddShopGrains(this ISiloBuilder silo, IConfiguration shop)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPaymentGateway, SimulatedGateway>();
        services.TryAddSingleton<SagaCommandRunner>();
        services.AddKeyedSingleton<IDurableLogFormat, AuditFormat>(AuditLog.Name);

        services.AddOptions<SagaOptions>().Bind(shop.GetSection(Sagas)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SagaOptions>, SagaOptionsValidator>();
        services.AddOptions<PaymentOptions>().Bind(shop.GetSection(Payments)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PaymentOptions>, PaymentOptionsValidator>();
        services.AddOptions<SimulatedGatewayOptions>().Bind(shop.GetSection(Gateway))
            .Validate(o => o.SlowAnswer >= TimeSpan.Zero, "Shop:SimulatedGateway:SlowAnswer must not be negative.")
            .Validate(o => o.HangLimit > TimeSpan.Zero, "Shop:SimulatedGateway:HangLimit must be longer than zero.")
            .Validate(o => o.FlakyFailures >= 0, "Shop:SimulatedGateway:FlakyFailures must not be negative.")
            .ValidateOnStart();
        services.AddOptions<SagaCensusOptions>().Bind(shop.GetSection(Census))
            .Validate(o => o.Every >= TimeSpan.FromMilliseconds(100) && o.Every <= TimeSpan.FromDays(1), "Shop:Telemetry:Sagas:Every must be 100 ms to 1 day.")
            .ValidateOnStart();
        services.AddHostedService<SagaCensus>();
        SagaPlacement.AddTo(silo);
        return silo;
    }
}

internal sealed class SagaOptionsValidator : IValidateOptions<SagaOptions>
{
    public ValidateOptionsResult Validate(string? name, SagaOptions options) =>
        options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}

internal sealed class PaymentOptionsValidator(IOptions<SagaOptions> sagas) : IValidateOptions<PaymentOptions>
{
    public ValidateOptionsResult Validate(string? name, PaymentOptions options) =>
        Faults(options.GatewayTimeout).ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

    // A saga whose own deadline comes first looks every slow payment up while the gateway is still working on it.
    private IEnumerable<string> Faults(TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero)
            yield return $"Shop:Payments:GatewayTimeout is {limit}, but must be longer than zero.";
        if (limit >= sagas.Value.AuthorizeTimeout)
            yield return $"Shop:Payments:GatewayTimeout is {limit}, but must be shorter than Shop:Sagas:AuthorizeTimeout ({sagas.Value.AuthorizeTimeout}).";
        if (limit >= sagas.Value.CaptureTimeout)
            yield return $"Shop:Payments:GatewayTimeout is {limit}, but must be shorter than Shop:Sagas:CaptureTimeout ({sagas.Value.CaptureTimeout}).";
    }
}
