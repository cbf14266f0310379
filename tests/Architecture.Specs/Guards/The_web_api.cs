using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Architecture.Specs.Guards;

/// <summary>The API reaches grains by interface only; of the hosting it knows settings and processes, how a silo is put inside, who gets in, and how all is watched.</summary>
public sealed class The_web_api
{
    [Fact]
    public void Knows_neither_database_nor_broker_of_the_hosting() => Expect.NoFaults(Faults(
        Tree.AssemblyOf("WebApi"), "Shop.Hosting",
        "Shop.Hosting.Settings", "Shop.Hosting.Processes", "Shop.Hosting.Silos", "Shop.Hosting.Network", "Shop.Hosting.Health", "Shop.Hosting.Telemetry"));

    [Fact]
    public void And_a_use_of_anything_else_would_be_seen() =>
        // These specs use Shop.Events of the interfaces; were only Shop.Orders allowed, that would be a fault.
        Assert.Contains("Architecture.Specs must not use Shop.Events.ShopEvent",
            Faults(typeof(The_web_api).Assembly, "Shop.Grains.Interfaces", "Shop.Orders"));

    private static List<string> Faults(Assembly assembly, string from, params string[] allowedNamespaces) =>
    [
        .. TypesUsed(assembly, from)
            .Where(type => !allowedNamespaces.Contains(type.Namespace))
            .Select(type => $"{assembly.GetName().Name} must not use {type.Namespace}.{type.Name}"),
    ];

    private static List<(string Namespace, string Name)> TypesUsed(Assembly assembly, string from)
    {
        using var image = new PEReader(File.OpenRead(assembly.Location));
        var metadata = image.GetMetadataReader();
        return
        [
            .. metadata.TypeReferences.Select(metadata.GetTypeReference)
                .Where(type => type.ResolutionScope.Kind == HandleKind.AssemblyReference)
                .Where(type => metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name) == from)
                .Select(type => (metadata.GetString(type.Namespace), metadata.GetString(type.Name))),
        ];
    }
}
