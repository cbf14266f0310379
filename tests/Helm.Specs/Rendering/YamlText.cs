using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Helm.Specs.Rendering;

/// <summary>YAML as Kubernetes reads it. What one reader takes for a boolean and the next one for a word is refused.</summary>
internal static class YamlText
{
    private static readonly string[] Ambiguous = ["y", "n", "yes", "no", "on", "off"];

    public static JsonNode? Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Convert(stream.Documents.Single().RootNode);
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(each => KeyValuePair.Create(((YamlScalarNode)each.Key).Value!, Convert(each.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
        YamlScalarNode quoted => quoted.Value,
        _ => throw new NotSupportedException($"{node.NodeType} in a manifest"),
    };

    private static JsonNode? Plain(string text)
    {
        if (Ambiguous.Contains(text, StringComparer.OrdinalIgnoreCase))
            throw new FormatException($"'{text}' without quotes is a boolean to some who read YAML");

        return text switch
        {
            "" or "~" or "null" => null,
            "true" => true,
            "false" => false,
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => text,
        };
    }
}
