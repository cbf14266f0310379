namespace Orleans.Persistence.GroupCommit.Projections;

/// <summary>
/// A batch of an owner has failed: up to its last entry they come one by one, so that only the one at fault is blamed. Its pauses are its
/// own.
/// </summary>
/// <param name="first">Id of the batch's first entry,</param>
/// <param name="last">and of its last one.</param>
/// <param name="time">That the pauses take.</param>
internal sealed class ProjectionTrouble(long first, long last, TimeProvider time)
{
    private long _pausedAt;
    private TimeSpan _pause;

    /// <summary>Of the entry that comes next.</summary>
    public long Next { get; private set; } = first;

    public long Last => last;

    /// <summary>How often the next entry has failed, and</summary>
    public int Failures { get; set; }

    /// <summary>when it was written.</summary>
    public DateTimeOffset? WrittenAt { get; set; }

    /// <summary>Why the projection does not go past the next entry; null: it may yet.</summary>
    public string? StoppedBy { get; set; }

    /// <summary>Why the next entry is to be set aside, which may take another connection.</summary>
    public Exception? Doomed { get; set; }

    /// <summary>It was tried there once more, and failed.</summary>
    public bool IsTriedAgain { get; set; }

    /// <summary>How long the owner's entries wait yet.</summary>
    public TimeSpan Left => _pause > TimeSpan.Zero ? _pause - time.GetElapsedTime(_pausedAt) : TimeSpan.Zero;

    public bool IsPaused => Left > TimeSpan.Zero;

    public void Pause(TimeSpan pause) => (_pausedAt, _pause) = (time.GetTimestamp(), pause);

    /// <summary>
    /// The next entry is this one. Another one than before: somebody has gone past that, perhaps on another silo in between.
    /// </summary>
    public void Meet(long next)
    {
        if (next == Next)
            return;

        (Next, Failures, WrittenAt, StoppedBy, Doomed, IsTriedAgain) = (next, 0, null, null, null, false);
        _pause = TimeSpan.Zero;
    }
}
