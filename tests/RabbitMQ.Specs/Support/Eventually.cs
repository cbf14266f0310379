using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace RabbitMq.Specs;

/// <summary>Waits for a condition, with a limit.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task Is(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string claim = "") =>
        Is(() => Task.FromResult(condition()), claim);

    public static async Task Is(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string claim = "")
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, $"Not within {Limit}: {claim}");
            await timer.WaitForNextTickAsync();
        }
    }
}
