using Orleans.Storage;

namespace Orleans.Persistence.GroupCommit;

/// <summary>How a grain storage writes states down.</summary>
public sealed class GroupCommitGrainStorageOptions : IStorageProviderSerializerOptions
{
    /// <summary>
    /// Default: the silo's <see cref="IGrainStorageSerializer"/>, which is JSON as Orleans' AdoNet storage writes it. Another one cannot read
    /// what is stored already.
    /// </summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;

    /// <summary>
    /// Stores each state under its grain type and its name, not under its name alone. Default false: that is how Orleans' AdoNet storage has
    /// them, and with true neither finds the rows of the other. But then grain types whose states have one name share a row where their
    /// keys are equal; all that derive from <see cref="Grain{TGrainState}"/> have the name "state". A silo that has such types logs a
    /// warning. Not to be changed once states are stored.
    /// </summary>
    public bool SeparateGrainTypes { get; set; }
}
