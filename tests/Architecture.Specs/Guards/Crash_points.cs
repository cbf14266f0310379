using System.Reflection;
using System.Text.RegularExpressions;
using Orleans.Persistence.GroupCommit;
using Shop;

namespace Architecture.Specs.Guards;

/// <summary>A crash point that nothing reaches proves nothing, one that two places share says too little, and only the switch may arm one.</summary>
public sealed partial class Crash_points
{
    private static readonly Type[] Catalogues = [typeof(GroupCommitCrashPoints), typeof(ProjectionCrashPoints), typeof(CrashPoints)];

    private static IEnumerable<CrashPoint> All => Catalogues.SelectMany(CrashPoint.AllOf);

    [Fact]
    public void Are_each_reached_at_one_place() =>
        Expect.NoFaults(Catalogues.SelectMany(catalogue => Faults(catalogue, catalogue.Assembly.GetTypes().Where(type => !type.IsNested))));

    [Fact]
    public void Exist() => Assert.All(Catalogues, catalogue => Assert.NotEmpty(CrashPoint.AllOf(catalogue)));

    [Fact]
    public void Have_names_of_their_own_that_say_what_has_happened_and_what_has_not()
    {
        Assert.All(All, point => Assert.Matches("^[a-z-]+/[a-z-]+$", point.Name));
        Assert.Equal(All.Select(point => point.Name).Distinct(), All.Select(point => point.Name));
    }

    [Fact]
    public void Are_all_documented_and_nothing_else_is() => Assert.Equal(
        All.Select(point => point.Name).Order(), Row().Matches(Tree.Read("docs/crash-points.md")).Select(row => row.Groups["name"].Value).Order());

    [Fact]
    public void Are_armed_by_the_switch_alone() => Assert.Equal(
        ["CrashSwitch.AddTo"],
        Tree.Assemblies.SelectMany(a => a.GetTypes()).Where(type => !type.IsNested).SelectMany(Il.MethodsOf)
            .Where(method => Il.MembersUsedBy(method).Any(member => Same(member, typeof(CrashPoint).GetMethod(nameof(CrashPoint.Arm))!)))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));

    [Fact]
    public void That_no_place_or_two_places_reach_are_seen() => Assert.Equal(
        ["Sloppy.Forgotten is named at 0 places", "Sloppy.Of is named at 0 places", "Sloppy.Shared is named at 2 places"],
        Faults(typeof(Sloppy), [typeof(Sloppy), typeof(Code)]).Order());

    /// <summary>Points that are chosen by a value are named once in the method that chooses; and that is called at one place.</summary>
    private static IEnumerable<string> Faults(Type catalogue, IEnumerable<Type> code)
    {
        var points = catalogue.GetMembers(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(member => member is FieldInfo { FieldType: var type } && type == typeof(CrashPoint)
                || member is MethodInfo { ReturnType: var result } && result == typeof(CrashPoint));
        var named = code.SelectMany(Il.MethodsOf)
            .Where(method => method.DeclaringType != catalogue || method is not ConstructorInfo)
            .SelectMany(Il.MembersUsedBy).ToList();
        return points.Select(point => (Point: point, Places: named.Count(member => Same(member, point)))).Where(found => found.Places != 1)
            .Select(found => $"{catalogue.Name}.{found.Point.Name} is named at {found.Places} places");
    }

    private static bool Same(MemberInfo one, MemberInfo other) => one.HasSameMetadataDefinitionAs(other);

    [GeneratedRegex("^\\| `(?<name>[^`]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    private static class Sloppy
    {
        public static readonly CrashPoint Forgotten = new("forgotten/not-reached");
        public static readonly CrashPoint Shared = new("shared/not-told-apart");
        public static readonly CrashPoint Good = new("good/not-bad");

        public static CrashPoint Of(int number) => number == 0 ? Good : Shared;
    }

    private static class Code
    {
        public static void Run() => Sloppy.Shared.Reach();
    }
}
