using System.Text.Json;
using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Models;

/// <summary>npm's models of Kubernetes and its operators: enumerations, patterns and numbers, which types alone do not check.</summary>
internal static class KubernetesModels
{
    private static readonly Lazy<Task<IReadOnlyDictionary<string, IReadOnlyList<string>>>> Checked = new(CheckAll);

    /// <summary>What is wrong with an installation's manifests.</summary>
    public static async Task<IReadOnlyList<string>> ComplaintsOf(string installation) => (await Checked.Value)[installation];

    public static async Task<IReadOnlyList<string?>> Check(IEnumerable<JsonNode> manifests)
    {
        var input = new JsonArray([.. manifests.Select(each => each.DeepClone())]).ToJsonString();
        var ended = await KubernetesTool.Start("node", [Repository.At("tests", "Helm.Specs", "Models", "validate.mjs"), KubernetesTool.Folder], input);
        return JsonSerializer.Deserialize<string?[]>(ended.Expect())!;
    }

    /// <summary>All of them at once: Node takes longer to read its models than to check with them.</summary>
    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> CheckAll()
    {
        var manifests = new List<(string Installation, Manifest Manifest)>();
        foreach (var installation in Installations.All)
            manifests.AddRange((await Chart.Manifests(installation.Name)).Where(each => each.Kind != "RabbitmqCluster").Select(each => (installation.Name, each)));

        var complaints = await Check(manifests.Select(each => OldVersions.AsServedNow(each.Manifest.Document)));
        var found = manifests.Zip(complaints).Where(each => each.Second is not null).ToLookup(each => each.First.Installation, each => $"{each.First.Manifest}: {each.Second}");
        return Installations.All.ToDictionary(each => each.Name, each => (IReadOnlyList<string>)[.. found[each.Name]]);
    }
}
