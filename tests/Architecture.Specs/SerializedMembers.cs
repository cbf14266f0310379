using System.Reflection;

namespace Architecture.Specs;

/// <summary>A field that travels: where its value is kept, and under which number it is written.</summary>
internal sealed record SerializedMember(uint Id, string Name, FieldInfo Field);

internal static class SerializedMembers
{
    private const BindingFlags OwnFields = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static bool IsSerialized(this Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    public static string? AliasOf(this Type type) => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias;

    /// <summary>All that a value of this type writes, base types first.</summary>
    public static IReadOnlyList<SerializedMember> Of(Type type) =>
        type.BaseType is { } parent && parent.IsSerialized() ? [.. Of(parent), .. Own(type)] : Own(type);

    /// <summary>What this type adds to its base, by number. Numbers start at 0 for each.</summary>
    public static IReadOnlyList<SerializedMember> Own(Type type) =>
        [.. type.GetFields(OwnFields).Select(Member).OfType<SerializedMember>().OrderBy(m => m.Id)];

    /// <summary>Fields that hold something and would not travel, without saying so.</summary>
    public static IEnumerable<string> Forgotten(Type type) => type.GetFields(OwnFields)
        .Where(field => Member(field) is null && !field.IsDefined(typeof(NonSerializedAttribute), inherit: false))
        .Select(NameOf);

    private static SerializedMember? Member(FieldInfo field)
    {
        var carrier = (MemberInfo?)field.DeclaringType!.GetProperty(NameOf(field), OwnFields) ?? field;
        return carrier.GetCustomAttribute<IdAttribute>() is { } id ? new SerializedMember(id.Id, NameOf(field), field) : null;
    }

    // The compiler keeps an automatic property X in <X>k__BackingField.
    private static string NameOf(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>')] : field.Name;
}
