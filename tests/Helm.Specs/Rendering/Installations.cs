namespace Helm.Specs.Rendering;

/// <summary>The ways to install the chart that are looked at: every profile, and every switch of the values in both positions.</summary>
internal static class Installations
{
    public static readonly string[] Prometheus = Served("monitoring.coreos.com/v1", "ServiceMonitor", "PodMonitor", "PrometheusRule");
    public static readonly string[] CertManager = Served("cert-manager.io/v1", "Certificate", "Issuer");
    public static readonly string[] CloudNativePg = Served("postgresql.cnpg.io/v1", "Cluster", "Backup");
    public static readonly string[] Rabbit = Served("rabbitmq.com/v1beta1", "RabbitmqCluster", "Queue");
    public static readonly string[] Keda = Served("keda.sh/v1alpha1", "ScaledObject", "ScaledJob");
    public static readonly string[] Gateway = Served("gateway.networking.k8s.io/v1", "Gateway", "HTTPRoute");

    private static readonly string[] Everything = [.. Prometheus, .. CertManager, .. CloudNativePg, .. Rabbit, .. Keda, .. Gateway];

    private static readonly string[] Keyed = ["opsKey={\"existingSecret\":\"shop-ops-key\"}"];

    public static readonly IReadOnlyList<Installation> All =
    [
        new("demo", ["demo"], []),
        new("demo on Kubernetes 1.20", ["demo"], [], "1.20.2"),
        new("demo with volumes, images of a registry", ["demo"],
        [
            "demo.persistence={\"enabled\":true,\"storageClass\":\"fast\"}",
            "image={\"registry\":\"localhost\",\"pullSecrets\":[{\"name\":\"registry\"}]}",
            $"image.silo.digest=\"sha256:{new string('a', 64)}\"",
            "networkPolicy.enabled=false",
            "tests.enabled=false",
        ]),
        new("external", ["external"], []),
        new("external on Kubernetes 1.20", ["external"], [], "1.20.2"),
        new("external on Kubernetes 1.25", ["external"], [], "1.25.3"),
        new("external, everything scaled by CPU, on Kubernetes 1.22", ["external", "published"], ["tls={\"enabled\":true,\"existingSecret\":\"shop-tls\",\"certManager\":{\"enabled\":false}}"], "1.22.0", Prometheus),
        new("cnpg", ["cnpg"], ["image.pullSecrets=[{\"name\":\"registry\"}]"], Operators: CloudNativePg),
        new("operator", ["operator"], [], Operators: [.. CloudNativePg, .. Rabbit]),
        new("external, published", ["external", "published"], [], Operators: [.. CertManager, .. Prometheus]),
        new("operator, published", ["operator", "published"], [], Operators: Everything),
        new("scaled by KEDA, behind a Gateway, read by a PodMonitor", ["external"],
        [
            "silo.keda={\"enabled\":true,\"triggers\":[{\"type\":\"cpu\",\"metricType\":\"Utilization\",\"metadata\":{\"value\":\"70\"}}]}",
            "api.keda={\"enabled\":true,\"triggers\":[{\"type\":\"cpu\",\"metricType\":\"Utilization\",\"metadata\":{\"value\":\"70\"}}]}",
            "route={\"enabled\":true,\"parentRefs\":[{\"name\":\"gateway\"}],\"hosts\":[\"shop.example.com\"]}",
            "ops.route={\"enabled\":true,\"dashboard\":true,\"parentRefs\":[{\"name\":\"gateway\"}],\"hosts\":[\"ops.example.com\"]}",
            "monitoring.podMonitor={\"enabled\":true}",
            "monitoring.prometheusRule={\"enabled\":true,\"labels\":{\"release\":\"prometheus\"}}",
            "migrate.mode=\"job\"",
        ], Operators: Everything),
        new("operators by an Ingress of their own", ["external"],
        [
            "ingress={\"enabled\":true,\"hosts\":[\"shop.example.com\",\"*.shop.example.com\"]}",
            "ops.ingress={\"enabled\":true,\"dashboard\":true,\"hosts\":[\"ops.example.com\"]}",
            "migrate={\"mode\":\"initContainer\",\"extraVolumeMounts\":[{\"name\":\"client\",\"mountPath\":\"/client\"}]}",
            "silo.extraVolumes=[{\"name\":\"client\",\"secret\":{\"secretName\":\"client\"}}]",
        ]),
        new("migrate with a certificate and a way of its own", ["external"],
        [
            "migrate={\"extraVolumes\":[{\"name\":\"client\",\"secret\":{\"secretName\":\"client\"}}],\"extraVolumeMounts\":[{\"name\":\"client\",\"mountPath\":\"/client\"}],\"podLabels\":{\"mesh\":\"off\"}}",
            "migrate.resources={\"requests\":{\"cpu\":\"70m\",\"memory\":\"97Mi\"},\"limits\":{\"memory\":\"257Mi\"}}",
            "tests.resources={\"requests\":{\"cpu\":\"30m\",\"memory\":\"64Mi\"},\"limits\":{\"memory\":\"128Mi\"}}",
            "networkPolicy.extraEgress=[{\"ports\":[{\"port\":6432,\"protocol\":\"TCP\"}]}]",
        ]),
        new("with all that may be added", ["external"],
        [
            .. Keyed,
            "fullnameOverride=\"shop-orleans-shop\"",
            "commonLabels={\"team\":\"orders\"}",
            .. from component in (string[])["silo", "api"]
               from value in (string[])
               [
                   "extraEnv=[{\"name\":\"DOTNET_gcServer\",\"value\":\"0\"}]",
                   "extraVolumes=[{\"name\":\"more\",\"emptyDir\":{\"sizeLimit\":\"1Mi\"}}]",
                   "extraVolumeMounts=[{\"name\":\"more\",\"mountPath\":\"/more\"}]",
                   "affinity={\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":[{\"matchExpressions\":[{\"key\":\"disk\",\"operator\":\"In\",\"values\":[\"ssd\"]}]}]}}}",
                   "tolerations=[{\"key\":\"shop\",\"operator\":\"Exists\",\"effect\":\"NoSchedule\"}]",
                   "nodeSelector={\"pool\":\"shop\"}",
                   "priorityClassName=\"important\"",
                   // One of them replaces a label of all resources.
                   "podLabels={\"mesh\":\"off\",\"team\":\"orders-at-night\"}",
                   "topologySpread.whenUnsatisfiable=\"DoNotSchedule\"",
                   "podAnnotations={\"example.com/seen\":\"yes\"}",
               ]
               select $"{component}.{value}",
            "sagas={\"cancelWindow\":\"00:00:10\",\"reserveRetries\":3,\"lookupDelays\":[\"00:00:01\",\"00:00:05\"]}",
            "streams={\"partitions\":16,\"queueReplicas\":3,\"messageTimeToLive\":\"7.00:00:00\",\"maxLength\":1000000,\"maxLengthBytes\":1073741824}",
            "audit.witness=true",
            "logging.categories={\"Orleans\":\"Warning\"}",
            "otel.endpoint=\"http://collector.monitoring:4317\"",
            "rotation.revision=\"2\"",
            "migrate.mode=\"none\"",
            "database.migration.existingSecret=\"\"",
            "database.parameters={\"Target Session Attributes\":\"read-write\"}",
            "networkPolicy.database.to=[{\"ipBlock\":{\"cidr\":\"10.1.0.0/24\"}}]",
            "networkPolicy.extraEgress=[{\"to\":[{\"ipBlock\":{\"cidr\":\"10.2.0.0/24\"}}],\"ports\":[{\"port\":4317,\"protocol\":\"TCP\"}]}]",
        ]),
    ];

    public static TheoryData<string> Names => [.. All.Select(each => each.Name)];

    /// <summary>A group as clusters serve it: itself, and each of its kinds.</summary>
    public static string[] Served(string version, params string[] kinds) => [version, .. kinds.Select(kind => $"{version}/{kind}")];

    public static Installation Named(string name) => All.Single(each => each.Name == name);
}
