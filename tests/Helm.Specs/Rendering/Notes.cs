using System.Text.Json.Nodes;

namespace Helm.Specs.Rendering;

/// <summary>NOTES.txt, which <c>helm template</c> leaves out: a copy of the chart has it in a manifest.</summary>
internal static class Notes
{
    public static async Task<string> Of(Installation installation)
    {
        var copy = Directory.CreateTempSubdirectory("shop-notes-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(Chart.Folder, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(copy.FullName, Path.GetRelativePath(Chart.Folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            var templates = Path.Combine(copy.FullName, "templates");
            var notes = Path.Combine(templates, "NOTES.txt");
            await File.WriteAllTextAsync(Path.Combine(templates, "_notes.tpl"), $$$"""{{- define "notes" -}}{{{await File.ReadAllTextAsync(notes)}}}{{- end -}}""");
            await File.WriteAllTextAsync(Path.Combine(templates, "notes.yaml"), """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: notes
                data:
                  notes: {{ include "notes" . | toJson }}
                """);
            File.Delete(notes);
            var ended = await KubernetesTool.Run(Chart.Helm3,
                ["template", Installation.Release, copy.FullName, "--namespace", Installation.Namespace, "--show-only", "templates/notes.yaml", .. installation.Cluster, .. installation.Words]);
            JsonNode read = Manifest.ReadAll(ended.Expect()).Single().Document;
            return Manifest.Text(read, "data", "notes")!;
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }
}
