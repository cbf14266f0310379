using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Persistence.GroupCommit;

namespace Shop.Hosting.Health;

/// <summary>
/// The time of a silo's process, which no step of the machine's clock reaches, and what a person should know about that one: a health detail, a metric, and a line in
/// the log for every step.
/// </summary>
internal sealed partial class MachineClock : BackgroundService, IHealthCheck
{
    /// <summary>What a time server puts right in small pieces is no step.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly SteadyClock clock;
    private readonly TimeProvider time;
    private readonly ILogger<MachineClock> logger;
    private TimeSpan told;

    public MachineClock(SteadyClock clock, TimeProvider time, IMeterFactory meters, ILogger<MachineClock> logger)
    {
        (this.clock, this.time, this.logger) = (clock, time, logger);
        meters.Create("Shop").CreateObservableGauge(
            "shop.clock.deviation", () => clock.Deviation.TotalSeconds, "s", "How far the machine's clock is ahead of the time of this process; below zero: behind.");
    }

    /// <summary>As the one time of the process. Whoever registers another one afterwards has that: specs do.</summary>
    public static void AddTo(IServiceCollection services)
    {
        var clock = new SteadyClock();
        services.AddSingleton(clock);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<MachineClock>();
        services.AddHostedService(provider => provider.GetRequiredService<MachineClock>());
        services.AddHealthChecks().AddCheck<MachineClock>("clock", HealthStatus.Degraded, [HealthTags.Ready]);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(clock.Deviation is var ahead && ahead.Duration() <= Tolerance
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"the clock of this machine is {InWords(ahead)} the time that this process keeps; set it right, or restart the process when it is"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
            Look();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal void Look()
    {
        var ahead = clock.Deviation;
        if ((ahead - told).Duration() <= Tolerance)
            return;

        told = ahead;
        if (ahead.Duration() <= Tolerance)
            LogIsRight();
        else
            LogIsOff(InWords(ahead));
    }

    internal static string InWords(TimeSpan ahead)
    {
        var (size, where) = (ahead.Duration(), ahead < TimeSpan.Zero ? "behind" : "ahead of");
        var (count, unit) = size switch
        {
            { TotalDays: >= 730 } => (size.TotalDays / 365.25, "years"),
            { TotalDays: >= 2 } => (size.TotalDays, "days"),
            { TotalHours: >= 2 } => (size.TotalHours, "hours"),
            { TotalMinutes: >= 2 } => (size.TotalMinutes, "minutes"),
            _ => (size.TotalSeconds, "seconds"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{count:0} {unit} {where}");
    }

    [LoggerMessage(1, LogLevel.Warning,
        "The clock of this machine is {Deviation} the time that this process keeps. Orders go on, with the time of the process; set the clock right, or restart the process when it is")]
    private partial void LogIsOff(string deviation);

    [LoggerMessage(2, LogLevel.Information, "The clock of this machine agrees with this process again")]
    private partial void LogIsRight();
}
