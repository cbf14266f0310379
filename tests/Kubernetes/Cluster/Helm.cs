using System.Globalization;
using System.Text.Json.Nodes;

namespace Kubernetes.Cluster;

/// <summary>Helm with one release of the shop's chart in one namespace.</summary>
internal sealed class Helm(string @namespace, string release, CancellationToken cancel)
{
    private static readonly string Program = Path.Combine(KubernetesSettings.Tools, KubernetesSettings.Helm);
    private static readonly string Chart = Path.Combine("helm", "orleans-shop");

    /// <summary>Of Helm 4 and 3, which call it differently: what failed is undone by itself.</summary>
    private static string UndoFlag => KubernetesSettings.Helm.Contains('3', StringComparison.Ordinal) ? "--atomic" : "--rollback-on-failure";

    public Task<string> Install(JsonObject values) => Run(["install", release, Chart, .. Profile, "--wait", "--timeout", "10m"], values);

    public Task<string> Upgrade(JsonObject values) => Run(["upgrade", release, Chart, .. Profile, "--wait", "--timeout", "10m"], values);

    /// <returns>How it ended, and what it said: it is expected to fail, and to put the release before back.</returns>
    public Task<(int Code, string Output, string Errors)> UpgradeOrUndo(JsonObject values, TimeSpan limit) => Tool.Try(
        Program,
        ["-n", @namespace, "upgrade", release, Chart, .. Profile, "--wait", UndoFlag, "--timeout", string.Create(CultureInfo.InvariantCulture, $"{limit.TotalSeconds:F0}s")],
        cancel, values.ToJsonString());

    public Task<string> Rollback(int revision) =>
        Run(["rollback", release, revision.ToString(CultureInfo.InvariantCulture), "--wait", "--timeout", "10m"]);

    public Task<string> Test() => Run(["test", release, "--logs", "--timeout", "5m"]);

    public Task<string> Uninstall() => Run(["uninstall", release, "--wait", "--timeout", "5m"]);

    /// <summary>Oldest first.</summary>
    public async Task<IReadOnlyList<Revision>> History() =>
        [.. JsonNode.Parse(await Run(["history", release, "-o", "json"]))!.AsArray().Select(each => new Revision((int)each!["revision"]!, (string)each["status"]!, (string)each["description"]!))];

    public static async Task<string> Version(CancellationToken cancel) => (await Tool.Run(Program, ["version", "--short"], cancel)).Trim();

    /// <summary>And the values that come with a command's input.</summary>
    private static IEnumerable<string> Profile =>
        ["-f", Path.Combine(Chart, "profiles", "demo.yaml"), .. KubernetesSettings.Values.SelectMany(file => new[] { "-f", file }), "-f", "-"];

    private Task<string> Run(IReadOnlyList<string> arguments, JsonObject? values = null) =>
        Tool.Run(Program, ["-n", @namespace, .. arguments], cancel, values?.ToJsonString());
}

/// <param name="Status">As Helm has it: deployed, failed, superseded …</param>
internal sealed record Revision(int Number, string Status, string Description);
