namespace GroupCommit.Specs.Packaging;

/// <summary>Somebody who has a machine with the .NET SDK, the package, and its README.</summary>
internal sealed class Stranger : IDisposable
{
    private readonly TestFolder _folder = new();

    public string Database => Path.Combine(_folder.Path, "data", "bank.db");

    /// <summary>Makes the project that the README asks for and builds it.</summary>
    public async Task Build(Package package)
    {
        var machine = await Command.Run(_folder.Path, "dotnet", "nuget", "locals", "global-packages", "--list");
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
                <PackageReference Include="{Library.Name}" Version="{package.Version}" />
              </ItemGroup>
            </Project>
            """);
        for (var i = 0; i < Library.Examples.Count; i++)
            Write(i == 0 ? "Program.cs" : $"Example{i + 1}.cs", Library.Examples[i]);

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
        await Command.Run(_folder.Path, "dotnet", "build", "--configuration", "Release", "--output", "out", "-nodeReuse:false", "-p:UseSharedCompilation=false");
    }

    /// <returns>The lines that are not of the log.</returns>
    public async Task<IReadOnlyList<string>> Run()
    {
        var printed = await Command.Run(_folder.Path, "dotnet", Path.Combine("out", "stranger.dll"));
        return [.. printed.Split('\n').Where(line => line.StartsWith("alice", StringComparison.Ordinal))];
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder.Path, file), text);
}
