using System.Globalization;
using Orleans.Persistence.GroupCommit;
using Shop.Hosting.Settings;

namespace Shop.Hosting.Processes;

/// <summary>
/// <c>SHOP_CRASH_AT=name</c> kills this process at a crash point, <c>name:n</c> the n-th time it is reached, <c>name:n:ms</c> after holding
/// that one thread for so many milliseconds: for specs. Unset, it does nothing. Read from the environment alone, so that no settings file
/// can carry it into a shop that sells.
/// </summary>
internal sealed partial class CrashSwitch(CrashSwitch.Order order, ILogger<CrashSwitch> log) : IHostedService
{
    public const string Variable = "SHOP_CRASH_AT";

    /// <summary>Every crash point of the process.</summary>
    public static IReadOnlyList<CrashPoint> Points { get; } = [.. GroupCommitCrashPoints.All, .. CrashPoints.All];

    /// <exception cref="ShopSettingsException">There is no such crash point.</exception>
    public static void AddTo(WebApplicationBuilder builder)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text)
            return;
        var order = Read(text) ?? throw new ShopSettingsException([
            $"The variable {Variable} is '{text}', but must be the name of a crash point, name:n with n from 1, or name:n:milliseconds. There are:",
            .. Points.Select(point => $"  {point.Name}"),
        ]);
        order.Point.Arm(order.Time, order.Linger);
        builder.Services.AddSingleton(order).AddHostedService<CrashSwitch>();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogArmed(order.Point.Name, order.Time, Variable);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static Order? Read(string text)
    {
        var words = text.Split(':');
        return Points.FirstOrDefault(point => point.Name == words[0]) is { } known && words.Length <= 3
            && Number(words, 1, otherwise: 1) is { } time and > 0 && Number(words, 2, otherwise: 0) is { } milliseconds
            ? new Order(known, time, TimeSpan.FromMilliseconds(milliseconds))
            : null;
    }

    private static int? Number(string[] words, int at, int otherwise) => words.Length <= at ? otherwise
        : int.TryParse(words[at], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;

    [LoggerMessage(1, LogLevel.Critical,
        "THIS PROCESS WILL KILL ITSELF: crash point {Point} is armed, for the time number {Time} that it is reached ({Variable} is set).")]
    private partial void LogArmed(string point, int time, string variable);

    internal sealed record Order(CrashPoint Point, int Time, TimeSpan Linger);
}
