using System.Reflection;
using System.Text.RegularExpressions;

namespace Architecture.Specs.Guards;

/// <summary>What the compiled code really uses, also of what project references let through.</summary>
public sealed class Assembly_references
{
    private const string Databases = @"Microsoft\.Data\.|System\.Data\.|SQLite|Npgsql|Dapper";
    private const string Brokers = @"RabbitMQ\.|Orleans\.Streams\.RabbitMQ";
    private const string Web = @"Microsoft\.AspNetCore|Orleans\.Dashboard";
    private const string Hosts = @"Shop\.(Hosting|Silo|WebApi)$";

    private static readonly Dictionary<string, string> Forbidden = new()
    {
        ["Grains.Interfaces"] = $"^({Databases}|{Brokers}|{Web}|{Hosts}|Shop\\.|Orleans\\.(Runtime|Streaming|Persistence))",
        ["Grains"] = $"^({Databases}|{Brokers}|{Web}|{Hosts})",
        ["Orleans.Persistence.GroupCommit"] = $"^({Brokers}|{Web}|Shop\\.)",
        ["Orleans.Streams.RabbitMQ"] = $"^({Databases}|{Web}|Shop\\.|Orleans\\.Persistence\\.GroupCommit)",
        ["Hosting"] = @"^Shop\.(Silo|WebApi)$",
        ["Silo"] = $"^({Databases}|{Brokers}|Shop\\.(Grains|WebApi)$|Orleans\\.Persistence\\.GroupCommit)",
        ["WebApi"] = $"^({Databases}|{Brokers}|Shop\\.Silo$|Shop\\.Grains$|Orleans\\.Persistence\\.GroupCommit)",
    };

    [Fact]
    public void Stay_within_the_layers() =>
        Expect.NoFaults(Tree.Projects.SelectMany(project => Faults(project.Name, Tree.AssemblyOf(project.Name))));

    [Fact]
    public void Of_the_interfaces_are_the_base_library_and_the_Orleans_SDK() => Assert.All(
        Tree.AssemblyOf("Grains.Interfaces").GetReferencedAssemblies(),
        reference => Assert.Matches(@"^(System(\..+)?|netstandard|Orleans\.Core\.Abstractions|Orleans\.Serialization(\.Abstractions)?)$", reference.Name));

    [Fact]
    public void Outside_the_layers_are_seen() =>
        // These specs use the interfaces, which a library must not.
        Assert.Contains("Orleans.Persistence.GroupCommit must not use Shop.Grains.Interfaces",
            Faults("Orleans.Persistence.GroupCommit", typeof(Assembly_references).Assembly));

    private static IEnumerable<string> Faults(string project, Assembly assembly) => assembly.GetReferencedAssemblies()
        .Where(reference => Regex.IsMatch(reference.Name!, Forbidden[project]))
        .Select(reference => $"{project} must not use {reference.Name}");
}
