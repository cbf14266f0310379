using Microsoft.Extensions.Options;

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
        if (string.IsNullOrWhiteSpace(options.DatabasePath))
            yield return $"{Name(nameof(options.DatabasePath))} is required: the path of the SQLite database file.";
        else if (Directory.Exists(options.DatabasePath))
            yield return $"{Name(nameof(options.DatabasePath))} is a folder ('{options.DatabasePath}'); it must be a file.";

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

    private static string Name(string option) => $"{nameof(GroupCommitOptions)}.{option}";
}
