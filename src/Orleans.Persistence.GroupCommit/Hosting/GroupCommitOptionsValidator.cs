using Microsoft.Extensions.Options;
using Npgsql;

namespace Orleans.Persistence.GroupCommit;

/// <summary>Names every wrong setting before anything is opened.</summary>
internal sealed class GroupCommitOptionsValidator(IOptions<GroupCommitOptions> options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var faults = Faults(options.Value).ToList();
        if (faults.Count > 0)
            throw new OrleansConfigurationException(string.Join(Environment.NewLine, faults));
    }

    private static IEnumerable<string> Faults(GroupCommitOptions options)
    {
        var (isFile, isServer) = (!string.IsNullOrWhiteSpace(options.DatabasePath), !string.IsNullOrWhiteSpace(options.ConnectionString));
        if (isFile == isServer)
        {
            yield return $"{Name(nameof(options.DatabasePath))} (a SQLite file) or {Name(nameof(options.ConnectionString))} (PostgreSQL) is required, "
                + $"{(isFile ? "not both" : "and neither is set")}.";
        }

        if (isServer && FaultOf(options.ConnectionString) is { } fault)
            yield return $"{Name(nameof(options.ConnectionString))} {fault}";
        if (isFile && Directory.Exists(options.DatabasePath))
            yield return $"{Name(nameof(options.DatabasePath))} is a folder ('{options.DatabasePath}'); it must be a file.";

        if (!Enum.IsDefined(options.Sharing))
            yield return $"{Name(nameof(options.Sharing))} is {options.Sharing}; it must be one of {string.Join(", ", Enum.GetNames<GroupCommitSharing>())}.";
        if (options.MaximumBatch is < 1 or > 65_536)
            yield return $"{Name(nameof(options.MaximumBatch))} is {options.MaximumBatch}; it must be from 1 to 65,536.";
        if (options.QueueCapacity < 1)
            yield return $"{Name(nameof(options.QueueCapacity))} is {options.QueueCapacity}; it must be at least 1.";
        if (options.ScheduleConcurrency < 1)
            yield return $"{Name(nameof(options.ScheduleConcurrency))} is {options.ScheduleConcurrency}; it must be at least 1.";
        if (options.EnqueueTimeout <= TimeSpan.Zero || options.EnqueueTimeout.TotalDays > 1)
            yield return $"{Name(nameof(options.EnqueueTimeout))} is {options.EnqueueTimeout}; it must be more than zero and at most a day.";
        if (options.BusyTimeout < TimeSpan.Zero || options.BusyTimeout.TotalDays > 1)
            yield return $"{Name(nameof(options.BusyTimeout))} is {options.BusyTimeout}; it must be from zero to a day.";
        if (options.LockTimeout.TotalMilliseconds < 1 || options.LockTimeout.TotalDays > 1)
            yield return $"{Name(nameof(options.LockTimeout))} is {options.LockTimeout}; it must be from a millisecond to a day.";
        if (options.StatementTimeout < options.LockTimeout || options.StatementTimeout.TotalDays > 1)
            yield return $"{Name(nameof(options.StatementTimeout))} is {options.StatementTimeout}; it must be from {nameof(options.LockTimeout)} ({options.LockTimeout}) to a day.";
        if (options.StartTimeout < TimeSpan.Zero || options.StartTimeout.TotalDays > 1)
            yield return $"{Name(nameof(options.StartTimeout))} is {options.StartTimeout}; it must be from zero to a day.";
        if (options.LogRetention is { } age && (age.TotalHours < 1 || age.TotalDays > 36_500))
            yield return $"{Name(nameof(options.LogRetention))} is {age}; it must be from an hour to "
                + "a hundred years, or null to keep everything.";
        if (options.LogPollInterval.TotalMilliseconds < 1 || options.LogPollInterval.TotalDays > 1)
            yield return $"{Name(nameof(options.LogPollInterval))} is {options.LogPollInterval}; it must be from a millisecond to a day.";
        if (options.SchedulePollInterval.TotalMilliseconds < 1 || options.SchedulePollInterval.TotalDays > 1)
            yield return $"{Name(nameof(options.SchedulePollInterval))} is {options.SchedulePollInterval}; it must be from a millisecond to a day.";
        if (options.ScheduleCallTimeout.TotalMilliseconds < 1 || options.ScheduleCallTimeout.TotalDays > 1)
            yield return $"{Name(nameof(options.ScheduleCallTimeout))} is {options.ScheduleCallTimeout}; it must be from a millisecond to a day.";
        if (options.ScheduleRetryDelay <= TimeSpan.Zero)
            yield return $"{Name(nameof(options.ScheduleRetryDelay))} is {options.ScheduleRetryDelay}; it must be more than zero.";
        if (options.ScheduleRetryLimit < options.ScheduleRetryDelay)
        {
            yield return $"{Name(nameof(options.ScheduleRetryLimit))} is {options.ScheduleRetryLimit}; it must not be less than "
                + $"{nameof(options.ScheduleRetryDelay)} ({options.ScheduleRetryDelay}).";
        }
    }

    // Without the value, which has a password in it.
    private static string? FaultOf(string connectionString)
    {
        try
        {
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connectionString).Host) ? "names no Host." : null;
        }
        catch (ArgumentException e)
        {
            return $"cannot be read: {e.Message}";
        }
    }

    private static string Name(string option) => $"{nameof(GroupCommitOptions)}.{option}";
}
