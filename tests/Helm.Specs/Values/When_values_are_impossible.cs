using System.Text.RegularExpressions;
using Helm.Specs.Rendering;

namespace Helm.Specs.Values;

/// <summary>Values that are fine each by itself and impossible together: Helm says in one sentence which, and what to do.</summary>
public sealed partial class When_values_are_impossible
{
    private const string Key = "opsKey.existingSecret=\"shop-ops-key\"";
    private const string Triggers = "\"triggers\":[{\"type\":\"cpu\",\"metadata\":{}}]";
    private const string ParentRefs = "\"parentRefs\":[{\"name\":\"gateway\"}]";

    /// <summary>The profile, the values, and how the sentence begins.</summary>
    public static TheoryData<string, string, string> All => new()
    {
        { "", "", "database.host is empty" },
        { "", "database.host=\"db\"", "database.existingSecret is empty" },
        { "demo", "database.host=\"db\"", "database.host is set, but database.mode is demo" },
        { "demo", "database.existingSecret=\"x\"", "database.existingSecret is set, but database.mode is demo" },
        { "demo", "database.migration.existingSecret=\"x\"", "database.migration.existingSecret is set, but database.mode is demo" },
        { "demo", "database.rootCertificate.existingSecret=\"x\"", "database.rootCertificate.existingSecret is set, but database.mode is demo" },
        { "demo", "migrate.mode=\"hook\"", "migrate.mode is hook, but database.mode is demo" },
        { "external", "migrate.mode=\"none\"", "database.migration.existingSecret is set, but migrate.mode is none" },
        { "external", "broker.existingSecret=\"\"", "broker.existingSecret is empty" },
        { "demo", "broker.existingSecret=\"x\"", "broker.existingSecret is set, but broker.mode is demo" },
        { "external", "streams.queueReplicas=2", "streams.queueReplicas is 2" },
        { "demo", "streams.queueReplicas=3", "streams.queueReplicas is 3, but the demo's broker is a single node" },
        { "operator", "broker.operator.replicas=2", "broker.operator.replicas is 2" },
        { "operator", "streams.queueReplicas=5", "streams.queueReplicas is 5, but broker.operator" },
        { "external", "silo.terminationGracePeriodSeconds=20", "silo.terminationGracePeriodSeconds is 20" },
        { "external", "api.terminationGracePeriodSeconds=34", "api.terminationGracePeriodSeconds is 34" },
        { "external", "api.drainSeconds=60;api.terminationGracePeriodSeconds=80", "api.terminationGracePeriodSeconds is 80, but a process drains for 60 s" },
        { "external", "silo.startupBudgetSeconds=120", "silo.startupBudgetSeconds is 120" },
        { "external", $"silo.hpa.enabled=true;silo.keda={{\"enabled\":true,{Triggers}}}", "silo.hpa and silo.keda are both enabled" },
        { "external", $"api.hpa.enabled=true;api.keda={{\"enabled\":true,{Triggers}}}", "api.hpa and api.keda are both enabled" },
        { "external", "silo.hpa={\"enabled\":true,\"minReplicas\":4,\"maxReplicas\":3}", "silo.hpa.minReplicas is 4 and maxReplicas is 3" },
        { "external", "silo.keda.enabled=true", "silo.keda is enabled without triggers" },
        { "external", $"api.keda={{\"enabled\":true,{Triggers}}}", "api.keda needs ScaledObject" },
        { "external", "tls.enabled=true", "tls is enabled without a certificate" },
        { "external", "tls={\"enabled\":true,\"existingSecret\":\"x\",\"certManager\":{\"enabled\":true}}", "tls.existingSecret and tls.certManager are both set" },
        { "external", "tls.existingSecret=\"x\"", "tls has a certificate but is not enabled" },
        { "external", "tls={\"enabled\":true,\"certManager\":{\"enabled\":true}}", "tls.certManager.issuerRef.name is empty" },
        { "external", "tls={\"enabled\":true,\"certManager\":{\"enabled\":true,\"issuerRef\":{\"name\":\"x\"}}}", "tls.certManager needs Certificate" },
        { "external", "ingress.enabled=true", "ingress.hosts is empty" },
        { "external", "route.enabled=true", "route.hosts is empty" },
        { "external", "route={\"enabled\":true,\"hosts\":[\"a.example.com\"]}", "route.parentRefs is empty" },
        { "external", $"route={{\"enabled\":true,\"hosts\":[\"a.example.com\"],{ParentRefs}}}", "route needs HTTPRoute" },
        { "external", "ingress={\"enabled\":true,\"hosts\":[\"a.example.com\"]};ops.ingress={\"enabled\":true,\"hosts\":[\"a.example.com\"]}", "ops.ingress.hosts has a.example.com" },
        { "external", "opsKey.existingSecret=\"\";ops.ingress={\"enabled\":true,\"hosts\":[\"ops.example.com\"]}", "ops.ingress is enabled without opsKey.existingSecret" },
        { "external", "monitoring.serviceMonitor.enabled=true;monitoring.podMonitor.enabled=true", "monitoring.serviceMonitor and monitoring.podMonitor are both enabled" },
        { "external", "monitoring.serviceMonitor.enabled=true", "monitoring.serviceMonitor needs ServiceMonitor" },
        { "external", "monitoring.podMonitor.enabled=true", "monitoring.podMonitor needs PodMonitor" },
        { "external", "monitoring.prometheusRule.enabled=true", "monitoring.prometheusRule needs PrometheusRule" },
        { "cnpg", "", "database.mode cnpg needs Cluster" },
        { "operator", "database.mode=\"external\";database.host=\"db\";database.existingSecret=\"x\"", "broker.mode operator needs RabbitmqCluster" },
    };

    [Theory, MemberData(nameof(All))]
    public async Task Should_say_so_in_one_sentence(string profile, string values, string beginning)
    {
        var operators = profile == "operator" && !beginning.Contains("needs", StringComparison.Ordinal) ? Installations.Named("operator").Operators : null;
        var installation = new Installation(values, profile.Length > 0 ? [profile] : [], [.. values.Split(';', StringSplitOptions.RemoveEmptyEntries)], Operators: operators);

        foreach (var helm in (string[])[Chart.Helm3, Chart.Helm4])
        {
            var ended = await Chart.Template(helm, installation);

            Assert.NotEqual(0, ended.Code);
            var sentence = Sentence(ended.Complaints);
            Assert.StartsWith(beginning, sentence, StringComparison.Ordinal);
            Assert.EndsWith(".", sentence, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', sentence);
        }
    }

    /// <summary>Every sentence of the chart has a case above.</summary>
    [Fact]
    public void Should_be_tried_for_every_sentence_that_the_chart_has()
    {
        var beginnings = All.Select(each => each.Data.Item3).ToList();

        Assert.Equal([], Sentences().Where(pattern => !beginnings.Any(beginning => Overlaps(pattern, beginning))));
    }

    // What stands before it is Helm's: in which template, on which line.
    private static string Sentence(string complaints)
    {
        var found = Failure().Match(complaints);
        Assert.True(found.Success, complaints);
        return found.Groups["sentence"].Value.Trim();
    }

    private static IEnumerable<string> Sentences() => Directory.EnumerateFiles(Path.Combine(Chart.Folder, "templates"), "*", SearchOption.AllDirectories)
        .SelectMany(File.ReadLines)
        .Where(line => line.Contains("{{- fail ", StringComparison.Ordinal))
        .Select(line => line.Split('"')[1]);

    private static bool Overlaps(string pattern, string beginning)
    {
        var expression = string.Concat(Regex.Split(pattern, "(%[sd])").Select(part => part is "%s" or "%d" ? ".+" : Regex.Escape(part)));
        // The case names the first words of the sentence; as many of the pattern have to fit.
        return Enumerable.Range(1, expression.Length).Any(length => Fits(expression[..length], beginning));
    }

    private static bool Fits(string expression, string beginning)
    {
        try
        {
            return expression.Length > 8 && Regex.IsMatch(beginning, $"^{expression}$");
        }
        catch (ArgumentException)
        {
            // It was cut in the middle.
            return false;
        }
    }

    [GeneratedRegex(@"execution error at \([^)]*\): (?<sentence>.*?)(\n\n|$)", RegexOptions.Singleline)]
    private static partial Regex Failure();
}
