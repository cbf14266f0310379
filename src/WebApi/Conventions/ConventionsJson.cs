using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Values;

namespace Shop.WebApi.Conventions;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ConventionsJson : JsonSerializerContext;

/// <summary>Enumerations travel as snake_case words; numbers are refused.</summary>
internal sealed class SnakeCase<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;

/// <param name="Amount">Minor units: cents for EUR, yen for JPY.</param>
/// <param name="Currency">ISO 4217.</param>
internal sealed record MoneyBody(long Amount, string Currency)
{
    public static MoneyBody Of(Money money) => new(money.Amount, money.Currency);
}
