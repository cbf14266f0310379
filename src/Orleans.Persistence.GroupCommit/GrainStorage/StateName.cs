using System.Collections.Concurrent;
using System.Globalization;

namespace Orleans.Persistence.GroupCommit;

/// <summary>
/// The name a state is stored under, as Microsoft.Orleans.Persistence.AdoNet stores it: that of a generic type has its arguments with their
/// assemblies, but without the versions of those, so that the next release finds what this one stored.
/// </summary>
internal static class StateName
{
    private static readonly ConcurrentDictionary<string, string> Generic = new();

    public static string Of(string stateName) => stateName.Contains('`', StringComparison.Ordinal) ? Generic.GetOrAdd(stateName, WithoutVersions) : stateName;

    private static string WithoutVersions(string name)
    {
        // What stands in brackets, or before the first one: a type each, with the assembly where there is one. A piece that starts with a
        // comma is the assembly of a type whose arguments came between.
        var types = name.Split(['[', ']'], StringSplitOptions.RemoveEmptyEntries).Where(piece => piece.Length > 1 && piece[0] != ',').Select(UpToAssembly);
        try
        {
            return Next(new Queue<string>(types));
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidOperationException)
        {
            // Not the name of a type, or one that the other provider has no name for, either.
            return name;
        }
    }

    private static string UpToAssembly(string type)
    {
        var assembly = type.IndexOf(',', StringComparison.Ordinal);
        var version = assembly < 0 ? -1 : type.IndexOf(',', assembly + 1);
        return version >= 0 ? type[..version] : assembly >= 0 ? type[..assembly] : type;
    }

    private static string Next(Queue<string> types)
    {
        var type = types.Dequeue();
        var arity = type.IndexOf('`', StringComparison.Ordinal);
        if (arity < 0)
            return type;

        var arguments = new string[int.Parse(type.AsSpan(arity + 1), NumberStyles.Integer, CultureInfo.InvariantCulture)];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = $"[{Next(types)}]";

        return arguments.Length == 0 ? type : $"{type}[{string.Join(',', arguments)}]";
    }
}
