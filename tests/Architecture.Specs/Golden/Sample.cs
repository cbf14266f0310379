using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Architecture.Specs.Golden;

/// <summary>Fills a value so that no field has its default: a field that is lost or swapped with another shows.</summary>
internal sealed class Sample
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Stack<Type> path = new();
    private int count;

    public static object Of(Type type) => new Sample().Create(type)!;

    private object? Create(Type type) => Nullable.GetUnderlyingType(type) is { } value ? Create(value)
        : type.IsEnum ? Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(v => Enum.ToObject(type, v)).Max()
        : type.IsArray ? Collection(nameof(ArrayOf), type.GetElementType()!)
        : type.IsGenericType ? Generic(type)
        : type.IsSerialized() || type.IsInterface ? Record(type)
        : Leaf(type);

    private object Leaf(Type type)
    {
        var n = ++count;
        return type switch
        {
            _ when type == typeof(string) => $"text-{n}",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => n,
            _ when type == typeof(uint) => (uint)n,
            _ when type == typeof(long) => 1_000_000_000_000L + n,
            _ when type == typeof(byte) => (byte)n,
            _ when type == typeof(Guid) => new Guid(n, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]),
            _ when type == typeof(DateTimeOffset) => Start.AddSeconds(n),
            _ when type == typeof(DateTime) => Start.UtcDateTime.AddSeconds(n),
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(n),
            _ => throw new NotSupportedException($"{nameof(Sample)} does not know how to make a {type}."),
        };
    }

    private object? Record(Type declared)
    {
        var type = declared.IsAbstract
            ? PersistedTypes.Concrete(declared).FirstOrDefault() ?? throw new NotSupportedException($"Nothing serialized is a {declared}.")
            : declared;
        if (path.Contains(type))
            return null;
        path.Push(type);
        // Straight into the fields: constructors may refuse what only matters to the shop, and what is stored is fields.
        var value = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var member in SerializedMembers.Of(type))
            member.Field.SetValue(value, Create(member.Field.FieldType));
        path.Pop();
        return value;
    }

    private object? Generic(Type type)
    {
        var open = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (open == typeof(ImmutableArray<>))
            return Collection(nameof(ImmutableArrayOf), arguments);
        if (open == typeof(ImmutableList<>) || open == typeof(IReadOnlyList<>) || open == typeof(IReadOnlyCollection<>))
            return Collection(nameof(ImmutableListOf), arguments);
        if (open == typeof(List<>))
            return Collection(nameof(ListOf), arguments);
        if (open == typeof(ImmutableHashSet<>))
            return Collection(nameof(ImmutableSetOf), arguments);
        if (open == typeof(ImmutableDictionary<,>) || open == typeof(IReadOnlyDictionary<,>))
            return Collection(nameof(ImmutableDictionaryOf), arguments);
        if (open == typeof(ImmutableSortedDictionary<,>))
            return Collection(nameof(ImmutableSortedDictionaryOf), arguments);
        if (open == typeof(Dictionary<,>))
            return Collection(nameof(DictionaryOf), arguments);
        return type.IsSerialized() ? Record(type) : throw new NotSupportedException($"{nameof(Sample)} does not know how to make a {type}.");
    }

    private object Collection(string method, params Type[] elements) =>
        typeof(Sample).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Instance)!.MakeGenericMethod(elements).Invoke(this, [])!;

    // Of something abstract, one of each kind; of anything else two, so that order shows.
    private List<T> Items<T>()
    {
        var kinds = typeof(T).IsAbstract ? PersistedTypes.Concrete(typeof(T)) : [typeof(T), typeof(T)];
        return [.. kinds.Where(kind => !path.Contains(kind)).Select(kind => (T)Create(kind)!)];
    }

    private T[] ArrayOf<T>() => [.. Items<T>()];

    private ImmutableArray<T> ImmutableArrayOf<T>() => [.. Items<T>()];

    private ImmutableList<T> ImmutableListOf<T>() => [.. Items<T>()];

    private List<T> ListOf<T>() => Items<T>();

    private ImmutableHashSet<T> ImmutableSetOf<T>() => [.. Items<T>()];

    private Dictionary<TKey, TValue> DictionaryOf<TKey, TValue>() where TKey : notnull =>
        Items<TValue>().ToDictionary(_ => (TKey)Create(typeof(TKey))!);

    private ImmutableDictionary<TKey, TValue> ImmutableDictionaryOf<TKey, TValue>() where TKey : notnull =>
        DictionaryOf<TKey, TValue>().ToImmutableDictionary();

    private ImmutableSortedDictionary<TKey, TValue> ImmutableSortedDictionaryOf<TKey, TValue>() where TKey : notnull =>
        DictionaryOf<TKey, TValue>().ToImmutableSortedDictionary();
}
