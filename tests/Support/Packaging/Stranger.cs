namespace Testing.Packaging;

/// <summary>Somebody who has a machine with the .NET SDK, the package, and its README.</summary>
internal sealed class Stranger : IDisposable
{
    /// <summary>Where the program runs.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("stranger-").FullName;

    /// <summary>Makes the project that the README asks for and builds it.</summary>
    /// <param name="package">Under test.</param>
    /// <param name="examples">The README's, the program first; null: all of them.</param>
    public async Task Build(Package package, IReadOnlyList<string>? examples = null)
    {
        examples ??= package.Library.Examples;
        var machine = await Command.Run(Folder, "dotnet", "nuget", "locals", "global-packages", "--list");
        // Where other packages come from is the machine's affair. Ours comes from the feed alone: its version is new, and it is unpacked
        // in here, so that it does not stay. What the machine has unpacked is used where it lies.
        Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><add key="machine" value="{machine[(machine.IndexOf(": ", StringComparison.Ordinal) + 2)..].Trim()}" /></fallbackPackageFolders>
              <packageSources><add key="under-test" value="{package.Feed}" /></packageSources>
            </configuration>
            """);
        Write("stranger.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <WarningsNotAsErrors>NU1900;NU1901;NU1902;NU1903;NU1904</WarningsNotAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.Orleans.Server" Version="{package.VersionOf("Microsoft.Orleans.Runtime")}" />
                <PackageReference Include="{package.Library.Name}" Version="{package.Version}" />
              </ItemGroup>
            </Project>
            """);
        for (var i = 0; i < examples.Count; i++)
            Write(i == 0 ? "Program.cs" : $"Example{i + 1}.cs", examples[i]);

        // The program is the README's, to the letter, so it takes Orleans' usual ports; but others run on this machine. An extension method
        // of the global namespace goes before those of imported ones.
        Write("FreePorts.cs", """
            using System.Net;
            using System.Net.Sockets;

            internal static class FreePorts
            {
                public static ISiloBuilder UseLocalhostClustering(this ISiloBuilder silo)
                {
                    var (first, second) = (new TcpListener(IPAddress.Loopback, 0), new TcpListener(IPAddress.Loopback, 0));
                    first.Start();
                    second.Start();
                    var (siloPort, gatewayPort) = (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
                    first.Stop();
                    second.Stop();
                    return silo.UseLocalhostClustering(siloPort, gatewayPort, null);
                }
            }
            """);
        await Command.Run(Folder, "dotnet", "build", "--configuration", "Release", "--output", "out", "-nodeReuse:false", "-p:UseSharedCompilation=false");
    }

    /// <param name="prefix">How the lines begin that the program prints itself; the others are of the log.</param>
    /// <param name="arguments">Of the program.</param>
    public async Task<IReadOnlyList<string>> Run(string prefix, params string[] arguments)
    {
        var printed = await Command.Run(Folder, "dotnet", [Path.Combine("out", "stranger.dll"), .. arguments]);
        return [.. printed.Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal))];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(Folder, file), text);
}
