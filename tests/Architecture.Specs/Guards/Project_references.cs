namespace Architecture.Specs.Guards;

/// <summary>Project references are the first wall: nothing flows back up.</summary>
public sealed class Project_references
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Grains.Interfaces"] = [],
        ["Orleans.Persistence.GroupCommit"] = [],
        ["Orleans.Streams.RabbitMQ"] = [],
        ["Grains"] = ["Grains.Interfaces", "Orleans.Persistence.GroupCommit"],
        ["Hosting"] = ["Grains.Interfaces", "Grains", "Orleans.Persistence.GroupCommit", "Orleans.Streams.RabbitMQ"],
        ["Silo"] = ["Hosting"],
        ["WebApi"] = ["Grains.Interfaces", "Hosting"],
    };

    [Fact]
    public void Point_downwards_only() => Expect.NoFaults(Tree.Projects.SelectMany(Faults));

    [Fact]
    public void From_the_interfaces_lead_to_the_Orleans_SDK_alone() =>
        Assert.Equal(["Microsoft.Orleans.Sdk"], Tree.Projects.Single(p => p.Name == "Grains.Interfaces").Packages);

    [Fact]
    public void Of_grains_to_a_host_are_seen()
    {
        var grains = Project.Read("Grains", """<Project><ItemGroup><ProjectReference Include="..\Silo\Silo.csproj" /></ItemGroup></Project>""");

        Assert.Equal(["Grains must not reference Silo"], Faults(grains));
    }

    [Fact]
    public void Of_a_project_without_a_rule_are_seen()
    {
        var stranger = Project.Read("Stranger", "<Project />");

        Assert.Equal(["Stranger has no rule here: say what it may reference"], Faults(stranger));
    }

    private static IEnumerable<string> Faults(Project project) => Allowed.TryGetValue(project.Name, out var allowed)
        ? project.References.Except(allowed).Select(reference => $"{project.Name} must not reference {reference}")
        : [$"{project.Name} has no rule here: say what it may reference"];
}
