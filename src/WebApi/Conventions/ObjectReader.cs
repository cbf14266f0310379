using System.Text.Json;
using Shop.Values;

namespace Shop.WebApi.Conventions;

/// <summary>
/// Reads the members of one JSON object and notes what is missing or wrong, by JSON pointer. Unknown members are ignored,
/// so that newer clients can talk to older servers; of a repeated member the last one counts.
/// </summary>
internal readonly struct ObjectReader
{
    private readonly JsonElement element;
    private readonly FieldFaults faults;
    private readonly string path;
    private readonly int index;

    private ObjectReader(JsonElement element, FieldFaults faults, string path, int index)
    {
        (this.element, this.faults, this.path, this.index) = (element, faults, path, index);
        if (element.ValueKind != JsonValueKind.Object)
        {
            faults.Add(index < 0 ? path : $"{path}/{index}", "must be an object");
        }
    }

    public static ObjectReader Root(JsonElement root, FieldFaults faults) => new(root, faults, "#", -1);

    public FieldFaults Faults => faults;

    public string Pointer(string name) => index < 0 ? $"{path}/{name}" : $"{path}/{index}/{name}";

    public void Fault(string name, string detail) => faults.Add(Pointer(name), detail);

    /// <summary>The text of a member; null when there is none, which has been noted.</summary>
    public string? Text(string name, string shouldBe)
    {
        if (!TryGet(name, shouldBe, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Fault(name, $"must be a string: {shouldBe}");
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 alone is valid JSON but no text.
            Fault(name, "holds half of a surrogate pair");
            return null;
        }
    }

    /// <summary>A whole number that fits 64 bits, written without fraction or exponent; null when it is not, which has been noted.</summary>
    public long? Integer(string name, string shouldBe)
    {
        if (!TryGet(name, shouldBe, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
        {
            return number;
        }

        Fault(name, $"must be {shouldBe}");
        return null;
    }

    public bool? Flag(string name)
    {
        const string ShouldBe = "true or false";
        if (!TryGet(name, ShouldBe, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Fault(name, $"must be {ShouldBe}");
        return null;
    }

    /// <summary>A member that is an object; null when there is none, which has been noted.</summary>
    public ObjectReader? Object(string name)
    {
        if (!TryGet(name, "an object", out var value))
        {
            return null;
        }

        var member = new ObjectReader(value, faults, Pointer(name), -1);
        return value.ValueKind == JsonValueKind.Object ? member : null;
    }

    /// <summary>A member that is an array; null when there is none, which has been noted.</summary>
    public JsonElement? Array(string name)
    {
        if (!TryGet(name, "an array", out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return value;
        }

        Fault(name, "must be an array");
        return null;
    }

    /// <summary>The object at a place of one of this object's arrays.</summary>
    public ObjectReader At(string array, int place, JsonElement entry) => new(entry, faults, Pointer(array), place);

    public string? Currency(string name)
    {
        const string ShouldBe = "a currency the shop takes, such as EUR";
        var text = Text(name, ShouldBe);
        if (text is null || Currencies.Contains(text))
        {
            return text;
        }

        Fault(name, $"must be {ShouldBe}");
        return null;
    }

    public bool Has(string name) =>
        element.ValueKind == JsonValueKind.Object && Find(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private bool TryGet(string name, string shouldBe, out JsonElement value)
    {
        value = default;
        if (element.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        if (Find(name, out value) && value.ValueKind != JsonValueKind.Null)
        {
            return true;
        }

        Fault(name, $"is required: {shouldBe}");
        return false;
    }

    private bool Find(string name, out JsonElement value)
    {
        try
        {
            return element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException fault)
        {
            // Looking a member up compares unescaped names, and a name can hold half of a surrogate pair.
            throw new MalformedNameException(fault);
        }
    }
}

/// <summary>The name of a member cannot be read: its object can hold anything.</summary>
internal sealed class MalformedNameException(Exception cause) : Exception("The name of a member is no text.", cause);
