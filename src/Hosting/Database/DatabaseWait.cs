using Orleans.Persistence.GroupCommit;

namespace Shop.Hosting.Database;

/// <summary>Waits for what a database may get yet while a process starts: the server, the database itself, a role, the tables.</summary>
internal static class DatabaseWait
{
    private const string Setting = "ConnectionStrings:Postgres";

    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(500);

    /// <param name="work">What needs the database; repeated until it can be done.</param>
    /// <param name="limit">For how long; zero: it is tried once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="waits">Is told once why, in a sentence.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ShopStartException">It could not be done in time. What no waiting would help is thrown as it is.</exception>
    public static async Task<TResult> Until<TResult>(Func<Task<TResult>> work, TimeSpan limit, TimeProvider time, Func<string, Task> waits, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return await work();
            }
            catch (GroupCommitNotReadyException fault) when (time.GetElapsedTime(started) < limit)
            {
                // Once: nothing else tells why the process is not ready.
                if (isFirst)
                    await waits(Explain(fault));
                await Task.Delay(PauseBetweenTries, time, cancellationToken);
            }
            catch (GroupCommitNotReadyException fault)
            {
                throw new ShopStartException(Explain(fault), fault);
            }
        }
    }

    private static string Explain(GroupCommitNotReadyException fault) => fault.MissingSchema is { } missing
        ? $"{missing}: run the silo once with the command 'migrate' ({Setting})."
        : $"{fault.Message.TrimEnd('.')} ({Setting}).";
}
