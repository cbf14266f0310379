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
        { "external", "silo.extraEnv=[{\"name\":\"Shop__Mode\",\"value\":\"Embedded\"}]", "silo.extraEnv has Shop__Mode" },
        // As .NET reads it.
        { "external", "silo.extraEnv=[{\"name\":\"connectionstrings__rabbitmq\",\"value\":\"x\"}]", "silo.extraEnv has connectionstrings__rabbitmq" },
        { "external", "api.extraEnv=[{\"name\":\"MORE\",\"value\":\"x\"},{\"name\":\"AllowedHosts\",\"value\":\"*\"}]", "api.extraEnv has AllowedHosts" },
        { "external", "migrate.extraEnv=[{\"name\":\"PGUSER\",\"value\":\"x\"}]", "migrate.extraEnv has PGUSER" },
        { "cnpg", "", "database.mode cnpg needs Cluster" },
        { "operator", "database.mode=\"external\";database.host=\"db\";database.existingSecret=\"x\"", "broker.mode operator needs RabbitmqCluster" },
    };

    [Theory, MemberData(nameof(All))]
    public async Task Should_say_so_in_one_sentence(string profile, string values, string beginning)
    {
        foreach (var helm in (string[])[Chart.Helm3, Chart.Helm4])
        {
            var sentence = await SentenceOf(helm, profile, values, beginning);

            Assert.StartsWith(beginning, sentence, StringComparison.Ordinal);
            Assert.EndsWith(".", sentence, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', sentence);
        }
    }

    /// <summary>The group is there, with other kinds: an older operator, or one that is installed in part.</summary>
    [Theory]
    [InlineData("cnpg", "", "postgresql.cnpg.io/v1", "Backup", "database.mode cnpg needs Cluster")]
    [InlineData("external", "broker={\"mode\":\"operator\",\"existingSecret\":\"\"}", "rabbitmq.com/v1beta1", "Queue", "broker.mode operator needs RabbitmqCluster")]
    [InlineData("external", $"silo.keda={{\"enabled\":true,{Triggers}}}", "keda.sh/v1alpha1", "ScaledJob", "silo.keda needs ScaledObject")]
    [InlineData("external", "tls={\"enabled\":true,\"certManager\":{\"enabled\":true,\"issuerRef\":{\"name\":\"x\"}}}", "cert-manager.io/v1", "Issuer", "tls.certManager needs Certificate")]
    [InlineData("external", $"route={{\"enabled\":true,\"hosts\":[\"a.example.com\"],{ParentRefs}}}", "gateway.networking.k8s.io/v1", "GRPCRoute", "route needs HTTPRoute")]
    [InlineData("external", "monitoring.serviceMonitor.enabled=true", "monitoring.coreos.com/v1", "PodMonitor", "monitoring.serviceMonitor needs ServiceMonitor")]
    [InlineData("external", "monitoring.podMonitor.enabled=true", "monitoring.coreos.com/v1", "ServiceMonitor", "monitoring.podMonitor needs PodMonitor")]
    [InlineData("external", "monitoring.prometheusRule.enabled=true", "monitoring.coreos.com/v1", "ServiceMonitor", "monitoring.prometheusRule needs PrometheusRule")]
    public async Task Should_ask_for_the_kind_and_not_for_its_group(string profile, string values, string version, string kind, string beginning)
    {
        foreach (var helm in (string[])[Chart.Helm3, Chart.Helm4])
        {
            var ended = await Chart.Template(helm, new Installation(values, [profile], Split(values), Operators: Installations.Served(version, kind)));

            Assert.NotEqual(0, ended.Code);
            Assert.StartsWith(beginning, Sentence(ended.Complaints), StringComparison.Ordinal);
        }
    }

    /// <summary>Every sentence that a template can fail with is what one of the cases above was told, from its first word to its last.</summary>
    [Fact]
    public async Task Should_be_tried_for_every_sentence_that_the_chart_has()
    {
        // Another way to write them would hide a sentence from this spec.
        Assert.Equal(Templates().Sum(text => Fail().Count(text)), Sentences().Count);
        // No values bring these about, only a chart whose own files are gone.
        Assert.All(Templates().SelectMany(text => Required().Matches(text)), found => Assert.Matches(@"^files/\w+\.\w+ is missing in the chart\.$", found.Groups["sentence"].Value));

        Assert.Equal([], await Untried(Sentences()));
    }

    /// <summary>And every kind of an operator that templates ask for is one that a case above went without.</summary>
    [Fact]
    public void Should_be_tried_without_every_kind_that_the_chart_asks_for()
    {
        var missed = All.Select(each => each.Data.Item3).Where(beginning => beginning.Contains(" needs ", StringComparison.Ordinal)).Select(beginning => beginning.Split(' ')[^1]).ToHashSet();

        Assert.Equal(missed.Order(), Templates().SelectMany(text => Kind().Matches(text)).Select(found => found.Groups["kind"].Value).Distinct().Order());
    }

    /// <summary>The guard sees a sentence that nobody tries, also one that begins as another one does.</summary>
    [Theory]
    [InlineData("%s.colour is %s: choose another one.")]
    [InlineData("database.host is empty: name the PostgreSQL server.")]
    [InlineData("streams.queueReplicas is %d: that is too many.")]
    public async Task Should_see_what_is_not_tried(string sentence) => Assert.Equal([sentence], await Untried([sentence]));

    private static async Task<IReadOnlyList<string>> Untried(IReadOnlyList<string> sentences)
    {
        var said = new List<string>();
        foreach (var (profile, values, beginning) in All.Select(each => each.Data))
            said.Add(await SentenceOf(Chart.Helm3, profile, values, beginning));
        return [.. sentences.Where(sentence => !said.Exists(each => Whole(sentence).IsMatch(each)))];
    }

    private static async Task<string> SentenceOf(string helm, string profile, string values, string beginning)
    {
        var operators = profile == "operator" && !beginning.Contains("needs", StringComparison.Ordinal) ? Installations.Named("operator").Operators : null;
        var ended = await Chart.Render(helm, new Installation($"impossible: {profile} {values}", profile.Length > 0 ? [profile] : [], Split(values), Operators: operators));

        Assert.NotEqual(0, ended.Code);
        return Sentence(ended.Complaints);
    }

    private static string[] Split(string values) => [.. values.Split(';', StringSplitOptions.RemoveEmptyEntries)];

    // What stands before it is Helm's: in which template, on which line.
    private static string Sentence(string complaints)
    {
        var found = Failure().Match(complaints);
        Assert.True(found.Success, complaints);
        return found.Groups["sentence"].Value.Trim();
    }

    private static IEnumerable<string> Templates() => Directory.EnumerateFiles(Path.Combine(Chart.Folder, "templates"), "*", SearchOption.AllDirectories).Select(File.ReadAllText);

    private static IReadOnlyList<string> Sentences() => [.. Templates().SelectMany(text => FailWithSentence().Matches(text)).Select(found => found.Groups["sentence"].Value)];

    private static Regex Whole(string sentence) =>
        new($"^{string.Concat(Verb().Split(sentence).Select(part => part switch { "%s" => ".+", "%d" => "[0-9]+", _ => Regex.Escape(part) }))}$", RegexOptions.CultureInvariant);

    [GeneratedRegex(@"execution error at \([^)]*\): (?<sentence>.*?)(\n\n|$)", RegexOptions.Singleline)]
    private static partial Regex Failure();

    [GeneratedRegex(@"(?<![A-Za-z""])fail\s")]
    private static partial Regex Fail();

    [GeneratedRegex(@"\{\{-? fail (\(printf )?""(?<sentence>[^""]+)""")]
    private static partial Regex FailWithSentence();

    [GeneratedRegex(@"\brequired ""(?<sentence>[^""]+)""")]
    private static partial Regex Required();

    [GeneratedRegex("(%[sd])")]
    private static partial Regex Verb();

    // As the argument of validateServed, or in the list that it is called for.
    [GeneratedRegex(@"validateServed[^}]*""kind"" ""(?<kind>\w+)""|""(serviceMonitor|podMonitor|prometheusRule)"" ""(?<kind>\w+)""")]
    private static partial Regex Kind();
}
