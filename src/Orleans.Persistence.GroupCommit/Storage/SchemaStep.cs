namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>One version of the tables: the scripts that bring them there from the one before.</summary>
/// <param name="Oldest">
/// The oldest version that a release may know to work on the tables afterwards. A script that only adds keeps the one of the step before; one that takes
/// something away, which comes a release later, names the version from which on releases do without.
/// </param>
/// <param name="Scripts">Files, in their order.</param>
internal sealed record SchemaStep(int Oldest, params string[] Scripts)
{
    /// <summary>Releases of that time refused whatever they did not know. From here on, steps say themselves who can work on their tables.</summary>
    public const int Baseline = 2;

    /// <param name="name">Of a file beside a dialect.</param>
    /// <param name="dialect">Any type of the dialect.</param>
    public static string Read(string name, Type dialect)
    {
        using var stream = dialect.Assembly.GetManifestResourceStream($"{dialect.Namespace}.{name}")
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>What a database says of its tables.</summary>
/// <param name="Level">How far the scripts were applied.</param>
/// <param name="Oldest">The oldest version that a release may know to work on them. Where it is stored, it is called version: releases before version 3 compare it with their own.</param>
internal readonly record struct StoredSchema(int Level, int Oldest)
{
    /// <summary>Why a release that knows so many versions cannot work on them; null: their level aside, it can.</summary>
    public string? Refuse(int known, string database, string part = "") => Oldest <= known ? null
        : $"{database} needs a release that knows schema version {Oldest}{part} or later; this one knows versions up to {known}. Start a newer release on it.";
}
