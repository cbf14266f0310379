using System.Globalization;
using System.Text.RegularExpressions;
using Shop.Gateway;
using Shop.Payments;
using Shop.Sagas;
using Shop.Telemetry;

namespace Architecture.Specs.Guards;

/// <summary>docs/settings.md lists every setting that a process reads, and the defaults of the options as they are.</summary>
public sealed partial class Settings_documentation
{
    private static readonly string Page = Tree.Read("docs/settings.md");

    public static TheoryData<string, string> Options =>
    [
        .. Defaults("Shop:Sagas", new SagaOptions()),
        .. Defaults("Shop:Payments", new PaymentOptions()),
        .. Defaults("Shop:SimulatedGateway", new SimulatedGatewayOptions()),
        .. Defaults("Shop:Telemetry:Sagas", new SagaCensusOptions()),
    ];

    [Theory, MemberData(nameof(Options))]
    public void Lists_every_option_with_its_default(string key, string value) => Assert.Contains($"| `{key}` | `{value}` |", Page, StringComparison.Ordinal);

    [Fact]
    public void Lists_what_every_process_reads_and_nothing_else()
    {
        var read = Read().Matches(Tree.Read("src/Hosting/Settings/ShopSettings.cs") + Tree.Read("src/Hosting/Streams/StreamSettings.cs"))
            // What is only known is read elsewhere, by another kind of process.
            .Where(call => call.Groups["kind"].Value != "Know")
            .Select(call => call.Groups["kind"].Value is "Database" or "Broker" ? $"ConnectionStrings:{call.Groups["key"].Value}" : call.Groups["key"].Value);
        string[] others = ["Shop:Sagas:LookupDelays", "Shop:SecretsDirectory", "ASPNETCORE_URLS", "OTEL_…"];
        Assert.Equal(
            read.Concat(Options.Select(option => option.Data.Item1)).Concat(others).Order(StringComparer.Ordinal),
            Row().Matches(Page).Select(row => row.Groups["key"].Value).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<TheoryDataRow<string, string>> Defaults(string section, object options) =>
        from property in options.GetType().GetProperties()
        where property.CanWrite
        select new TheoryDataRow<string, string>($"{section}:{property.Name}", Convert.ToString(property.GetValue(options), CultureInfo.InvariantCulture)!);

    [GeneratedRegex(@"reader\.(?<kind>\w+)\(""(?<key>[^""]+)""")]
    private static partial Regex Read();

    [GeneratedRegex(@"^\| `(?<key>[^`]+)` \| ", RegexOptions.Multiline)]
    private static partial Regex Row();
}
