using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Hosting.Health;
using Shop.Operations;

namespace Shop.WebApi.Operations;

/// <param name="Ok">Whether every invariant holds.</param>
internal sealed record InvariantsBody(bool Ok, InvariantBody[] Checks)
{
    public static InvariantsBody Of(InvariantReport report) => new(report.Ok, [.. report.Checks.Select(InvariantBody.Of)]);
}

/// <param name="Checked">How many entities were looked at.</param>
/// <param name="Offenders">The first entities that break it, and how.</param>
/// <param name="OffenderCount">All of them.</param>
internal sealed record InvariantBody(string Id, string Title, bool Ok, long Checked, IReadOnlyList<string> Offenders, long OffenderCount)
{
    public static InvariantBody Of(InvariantCheck check) =>
        new(check.Id, check.Title, check.Ok, check.Checked, check.Offenders.IsDefault ? [] : check.Offenders, check.OffenderCount);
}

/// <summary>What runs here.</summary>
/// <param name="Mode">embedded: one process with the silo inside. cluster: this process asks silos elsewhere.</param>
/// <param name="DataDirectory">Where an embedded shop keeps everything. Told to whoever has its key; without a key, on its own machine alone.</param>
/// <param name="ManagementElsewhere">Whether health, metrics and dashboard are on addresses of their own.</param>
internal sealed record AboutBody(string Mode, string Version, string Runtime, DateTime StartedAt, long UptimeSeconds, string? DataDirectory, bool ManagementElsewhere);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(InvariantsBody))]
[JsonSerializable(typeof(AboutBody))]
[JsonSerializable(typeof(HealthBody))]
[JsonSerializable(typeof(StreamKeysBody))]
internal sealed partial class OperationsJson : JsonSerializerContext;
