using System.Collections.Concurrent;

namespace Helm.Specs.Rendering;

/// <summary>helm/orleans-shop as Helm renders it, each installation once for all specs.</summary>
internal static class Chart
{
    public const string Helm3 = "helm3";
    public const string Helm4 = "helm4";

    public static readonly string Folder = Repository.At("helm", "orleans-shop");

    private static readonly ConcurrentDictionary<(string Helm, string Installation), Lazy<Task<Ended>>> Rendered = new();
    private static readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<Manifest>>>> Read = new();

    public static Task<Ended> Render(string helm, Installation installation) =>
        Rendered.GetOrAdd((helm, installation.Name), _ => new(() => Template(helm, installation))).Value;

    /// <summary>Not what it was rendered to before, but anew.</summary>
    public static Task<Ended> Template(string helm, Installation installation) => KubernetesTool.Run(
        helm, ["template", Installation.Release, Folder, "--namespace", Installation.Namespace, .. installation.Cluster, .. installation.Words]);

    public static Task<Ended> Lint(string helm, Installation installation) =>
        KubernetesTool.Run(helm, ["lint", "--strict", Folder, "--namespace", Installation.Namespace, "--kube-version", installation.Kubernetes, .. installation.Words]);

    /// <summary>What Helm 3 renders, read; Helm 4 renders the same.</summary>
    public static Task<IReadOnlyList<Manifest>> Manifests(string name) => Read.GetOrAdd(name, _ => new(async () =>
        Manifest.ReadAll((await Render(Helm3, Installations.Named(name))).Expect()))).Value;

    public static async Task<IReadOnlyList<Pods>> PodsOf(string name) => [.. (await Manifests(name)).Select(Pods.MadeBy).OfType<Pods>()];
}
