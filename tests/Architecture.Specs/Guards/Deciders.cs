using Microsoft.Extensions.Logging;

namespace Architecture.Specs.Guards;

/// <summary>Deciders are static, synchronous and know nothing of the runtime: time, ids and prices come in as arguments.</summary>
public sealed class Deciders
{
    [Fact]
    public void Are_pure() => Expect.NoFaults(Tree.AssemblyOf("Grains").GetTypes().Where(IsDecider).SelectMany(Faults));

    [Fact]
    public void Exist() => Assert.Contains(Tree.AssemblyOf("Grains").GetTypes(), IsDecider);

    [Theory]
    [InlineData(typeof(WaitingDecider), "System.Threading.Tasks.Task")]
    [InlineData(typeof(LoggingDecider), "Microsoft.Extensions.Logging.ILogger")]
    [InlineData(typeof(ClockDecider), "System.TimeProvider")]
    [InlineData(typeof(GrainDecider), "Orleans.Runtime.GrainId")]
    [InlineData(typeof(LambdaDecider), "System.Random")]
    public void That_are_not_pure_are_seen(Type decider, string use) => Assert.Contains($"{decider.Name} uses {use}", Faults(decider));

    [Fact]
    public void That_hold_state_are_seen() => Assert.Contains("InstanceDecider is not static", Faults(typeof(InstanceDecider)));

    private static bool IsDecider(Type type) => type.Name.EndsWith("Decider", StringComparison.Ordinal) && type.IsClass;

    private static List<string> Faults(Type decider)
    {
        var faults = Il.MethodsOf(decider).SelectMany(Il.TypesUsedBy).Where(IsForbidden).Distinct()
            .Select(type => $"{decider.Name} uses {type.Namespace}.{type.Name}").ToList();
        if (decider is not { IsAbstract: true, IsSealed: true })
            faults.Add($"{decider.Name} is not static");
        return faults;
    }

    private static bool IsForbidden(Type type) =>
        type == typeof(TimeProvider) || type == typeof(Random) || IsIn(type, "System.Threading") || IsIn(type, "Microsoft.Extensions") || IsIn(type, "Orleans");

    private static bool IsIn(Type type, string root) =>
        type.Namespace == root || type.Namespace?.StartsWith(root + ".", StringComparison.Ordinal) == true;

    private static class WaitingDecider
    {
        public static Task Decide() => Task.CompletedTask;
    }

    private static class LoggingDecider
    {
        public static bool Decide(ILogger log) => log is null;
    }

    private static class ClockDecider
    {
        public static bool Decide() => TimeProvider.System.GetUtcNow().Year > 2000;
    }

    private static class GrainDecider
    {
        public static string Decide() => Orleans.Runtime.GrainId.Create("order", "o:1").ToString();
    }

    private static class LambdaDecider
    {
        public static IEnumerable<int> Decide(int[] numbers) => numbers.Select(n => n + Random.Shared.Next());
    }

    private sealed class InstanceDecider
    {
        public int Calls { get; set; }
    }
}
