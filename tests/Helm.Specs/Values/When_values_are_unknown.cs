using System.Text.Json.Nodes;
using Helm.Specs.Rendering;

namespace Helm.Specs.Values;

/// <summary>values.schema.json knows every value of values.yaml and no other, at every level.</summary>
public sealed class When_values_are_unknown
{
    private static readonly JsonObject Schema = (JsonObject)JsonNode.Parse(Repository.Read("helm/orleans-shop/values.schema.json"))!;
    private static readonly JsonObject Defaults = (JsonObject)YamlText.Read(Repository.Read("helm/orleans-shop/values.yaml"))!;

    [Fact]
    public void Should_be_strict_at_every_level() => Assert.Empty(Loose(Defaults, Schema, "values"));

    [Fact]
    public void Should_have_every_value_and_no_other() => Assert.Empty(Differences(Defaults, Schema, "values"));

    [Theory]
    [InlineData("bogus=1", "bogus")]
    [InlineData("silo.replica=3", "replica")]
    [InlineData("silo.hpa.max=3", "max")]
    [InlineData("database.password=\"secret\"", "password")]
    [InlineData("database.cnpg.storage.sise=\"1Gi\"", "sise")]
    [InlineData("broker.uri=\"amqp://u:p@h/\"", "uri")]
    [InlineData("opsKey.value=\"0123456789abcdef\"", "value")]
    [InlineData("sagas.cancelWindows=\"00:00:10\"", "cancelWindows")]
    [InlineData("silo.replicas=\"2\"", "replicas")]
    [InlineData("silo.replicas=-1", "replicas")]
    [InlineData("image.pullPolicy=\"Sometimes\"", "pullPolicy")]
    [InlineData("image.silo.digest=\"sha256:abc\"", "digest")]
    [InlineData("migrate.mode=\"later\"", "mode")]
    [InlineData("database.mode=\"sqlite\"", "mode")]
    [InlineData("database.sslMode=\"Sometimes\"", "sslMode")]
    [InlineData("broker.mode=\"kafka\"", "mode")]
    [InlineData("streams.deliveryLimit=5", "deliveryLimit")]
    [InlineData("streams.messageTimeToLive=\"5m\"", "messageTimeToLive")]
    [InlineData("sagas.cancelWindow=\"10s\"", "cancelWindow")]
    [InlineData("silo.topologySpread.whenUnsatisfiable=\"Never\"", "whenUnsatisfiable")]
    [InlineData("orleans.clusterId=\"\"", "clusterId")]
    [InlineData("networkPolicy.api.form=[]", "form")]
    // Helm 3 names the value and the label, Helm 4 the label alone.
    [InlineData("commonLabels={\"app.kubernetes.io/name\":\"foo\"}", "app.kubernetes.io/name")]
    [InlineData("commonLabels={\"app.kubernetes.io/instance\":\"foo\"}", "app.kubernetes.io/instance")]
    [InlineData("commonLabels={\"app.kubernetes.io/component\":\"foo\"}", "app.kubernetes.io/component")]
    [InlineData("commonLabels={\"app.kubernetes.io/part-of\":\"foo\"}", "app.kubernetes.io/part-of")]
    [InlineData("commonLabels={\"helm.sh/chart\":\"foo\"}", "helm.sh/chart")]
    [InlineData("silo.podLabels={\"app.kubernetes.io/component\":\"foo\"}", "app.kubernetes.io/component")]
    [InlineData("api.podLabels={\"app.kubernetes.io/name\":\"foo\"}", "app.kubernetes.io/name")]
    [InlineData("migrate.podLabels={\"app.kubernetes.io/instance\":\"foo\"}", "app.kubernetes.io/instance")]
    [InlineData("monitoring.serviceMonitor.labels={\"app.kubernetes.io/name\":\"foo\"}", "app.kubernetes.io/name")]
    public async Task Should_be_refused_by_name(string value, string name)
    {
        foreach (var helm in (string[])[Chart.Helm3, Chart.Helm4])
        {
            var ended = await Chart.Template(helm, new Installation(value, ["demo"], [value]));

            Assert.NotEqual(0, ended.Code);
            Assert.Contains("values don't meet the specifications of the schema", ended.Complaints, StringComparison.Ordinal);
            Assert.Contains(name, ended.Complaints, StringComparison.Ordinal);
        }
    }

    /// <summary>Every level of the values that has keys of its own.</summary>
    private static IEnumerable<string> Loose(JsonObject values, JsonObject schema, string path) =>
    [
        .. Resolve(schema)["additionalProperties"]?.ToString() == "false" ? Enumerable.Empty<string>() : [path],
        .. from value in Levels(values)
           let deeper = Property(schema, value.Key)
           where deeper is not null
           from loose in Loose((JsonObject)value.Value!, deeper, $"{path}.{value.Key}")
           select loose,
    ];

    private static IEnumerable<string> Differences(JsonObject values, JsonObject schema, string path)
    {
        var known = (Resolve(schema)["properties"] as JsonObject)?.Select(each => each.Key).ToHashSet() ?? [];
        // Values of a chart around this one.
        known.Remove("global");
        var own = values.Select(each => each.Key).ToHashSet();
        return
        [
            .. own.Except(known).Select(key => $"{path}.{key} is not in the schema"),
            .. known.Except(own).Select(key => $"{path}.{key} is in the schema alone"),
            .. Levels(values).Where(each => known.Contains(each.Key)).SelectMany(each => Differences((JsonObject)each.Value!, Property(schema, each.Key)!, $"{path}.{each.Key}")),
        ];
    }

    // An empty map takes what its reader wants; what Kubernetes itself reads has too many fields to be listed by us.
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Levels(JsonObject values) =>
        values.Where(each => each.Value is JsonObject { Count: > 0 } && each.Key is not ("resources" or "podSecurityContext" or "containerSecurityContext" or "labels"));

    private static JsonObject? Property(JsonObject schema, string key) => (Resolve(schema)["properties"] as JsonObject)?[key] as JsonObject;

    private static JsonObject Resolve(JsonObject schema) => schema["$ref"] is { } reference
        ? (JsonObject)reference.ToString().TrimStart('#', '/').Split('/').Aggregate((JsonNode)Schema, (at, key) => at[key]!)
        : schema;
}
