namespace Orleans.Persistence.GroupCommit.Projections;

/// <summary>Names every wrong setting of a projection before the silo starts.</summary>
internal sealed class DurableProjectionValidator(string projection, DurableProjectionOptions options, bool hasDatabase)
    : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var faults = Faults().ToList();
        if (faults.Count > 0)
            throw new OrleansConfigurationException(string.Join(Environment.NewLine,
                faults.Select(fault => $"The projection '{projection}': {fault}")));
    }

    private IEnumerable<string> Faults()
    {
        if (!hasDatabase)
            yield return $"it has no database: {nameof(GroupCommitSiloBuilderExtensions.AddGroupCommit)} is missing.";
        if (options.Version < 1)
            yield return $"{Name(nameof(options.Version))} is {options.Version}; it must be at least 1.";
        if (options.MaximumBatch is < 1 or > 10_000)
            yield return $"{Name(nameof(options.MaximumBatch))} is {options.MaximumBatch}; it must be from 1 to 10,000.";
        if (options.Attempts < 1)
            yield return $"{Name(nameof(options.Attempts))} is {options.Attempts}; it must be at least 1.";
        if (options.ApplyTimeout.TotalMilliseconds < 1 || options.ApplyTimeout.TotalHours > 1)
            yield return $"{Name(nameof(options.ApplyTimeout))} is {options.ApplyTimeout}; it must be from a millisecond to an hour.";
        if (options.RetryDelay.TotalMilliseconds < 1 || options.RetryDelay > options.RetryLimit)
            yield return $"{Name(nameof(options.RetryDelay))} is {options.RetryDelay}; it must be from a millisecond to "
                + $"{nameof(options.RetryLimit)} ({options.RetryLimit}).";
        if (options.RetryLimit.TotalDays > 1)
            yield return $"{Name(nameof(options.RetryLimit))} is {options.RetryLimit}; it must be at most a day.";
    }

    private static string Name(string option) => $"{nameof(DurableProjectionOptions)}.{option}";
}
