using Testing.Packaging;

namespace GroupCommit.Specs.Packaging;

public sealed class When_the_library_is_packed(GroupCommitPackage package) : PackedLibrary(package), IClassFixture<GroupCommitPackage>;

/// <summary>The library as it would be published.</summary>
public sealed class GroupCommitPackage() : Package(GroupCommit)
{
    public static Library GroupCommit { get; } = new(
        "Orleans.Persistence.GroupCommit", "Orleans grain state", @"Microsoft\.Extensions\.Diagnostics\.HealthChecks|Microsoft\.Orleans\.(Runtime|Sdk|Streaming)|Microsoft\.Data\.Sqlite|Npgsql");
}
