using System.Diagnostics;
using Orleans.Serialization;
using Shop.Hosting.Processes;

namespace Shop.WebApi.Conventions;

/// <summary>
/// The one way from HTTP to grains. A business refusal is a result; whatever a grain call throws, but for a bug of ours, means that a silo, the store or the way there is broken for the moment. Commands are idempotent, so they are
/// repeated until it has been noticed that a silo is gone and another one has its grains; then the client is told to come back.
/// </summary>
internal sealed partial class GrainCalls(TimeProvider time, PendingCalls pending, ILogger<GrainCalls> log)
{
    /// <summary>Of one try: a call to a silo that has just died gets no answer until its death has been noticed, and would hang as long as Orleans lets it.</summary>
    public static readonly TimeSpan TryLimit = TimeSpan.FromSeconds(5);

    /// <summary>Of all tries together.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Calls, and repeats the call after a failure: only for what may be done twice.</summary>
    /// <param name="call">Static, with its command as an argument, so that a call allocates no closure.</param>
    /// <exception cref="UnavailableException">No answer in time.</exception>
    public async Task<TResult> Ask<TGrain, TCommand, TResult>(
        TGrain grain, TCommand command, Func<TGrain, TCommand, Task<TResult>> call, CancellationToken clientGone)
    {
        using var _ = pending.Begin();
        var start = time.GetTimestamp();
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call(grain, command).WaitAsync(Left(start), time, clientGone);
            }
            catch (Exception fault) when (IsInfrastructure(fault, clientGone))
            {
                if (time.GetElapsedTime(start) + pause >= Limit)
                {
                    LogGaveUp(fault, typeof(TGrain).Name, attempt);
                    throw new UnavailableException(fault);
                }

                LogRepeated(fault, typeof(TGrain).Name, attempt);
            }

            await Task.Delay(pause, time, clientGone);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public Task<TResult> Ask<TGrain, TResult>(TGrain grain, Func<TGrain, Task<TResult>> call, CancellationToken clientGone) =>
        Ask(grain, call, static (grain, call) => call(grain), clientGone);

    /// <summary>Calls once: for what a repetition would change or delay.</summary>
    /// <exception cref="UnavailableException">No answer in time.</exception>
    public async Task<TResult> AskOnce<TGrain, TCommand, TResult>(
        TGrain grain, TCommand command, Func<TGrain, TCommand, Task<TResult>> call, TimeSpan limit, CancellationToken clientGone)
    {
        using var _ = pending.Begin();
        try
        {
            return await call(grain, command).WaitAsync(limit, time, clientGone);
        }
        catch (Exception fault) when (IsInfrastructure(fault, clientGone))
        {
            LogGaveUp(fault, typeof(TGrain).Name, 1);
            throw new UnavailableException(fault);
        }
    }

    private TimeSpan Left(long start)
    {
        var left = Limit - time.GetElapsedTime(start);
        return left > TryLimit ? TryLimit : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static bool IsInfrastructure(Exception fault, CancellationToken clientGone) =>
        !IsBug(fault) && !clientGone.IsCancellationRequested;

    /// <summary>
    /// What only code throws, and would throw again: becomes a 500 at once. The list is of bugs, not of outages, because outages come
    /// from everywhere (Orleans, the store, sockets) and a name that is missing here costs some thirty calls in
    /// 15 s, and ends; a name missing from a list of outages would tell a client that its repeatable request is hopeless.
    /// </summary>
    private static bool IsBug(Exception fault) => fault switch
    {
        ObjectDisposedException => false, // An InvalidOperationException by descent, but what a silo that stops throws.
        ArgumentException or InvalidOperationException or InvalidCastException or NullReferenceException or UnreachableException => true,
        NotSupportedException or NotImplementedException or FormatException or ArithmeticException => true,
        IndexOutOfRangeException or KeyNotFoundException => true,
        SerializerException => true, // And its kin: no codec for a type, a type that is not known or not allowed.
        _ => false,
    };
}

/// <summary>The shop could not answer; has been logged. Becomes a 503.</summary>
internal sealed class UnavailableException(Exception cause) : Exception("The shop cannot answer right now.", cause);
