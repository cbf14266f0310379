using System.Globalization;
using System.Text.RegularExpressions;

namespace Shop.Hosting.Settings;

/// <summary>
/// The one form in which a setting gives a time: <c>[days.]hh:mm:ss[.fraction]</c>. TimeSpan reads others, too, and not as people mean them: "5" as five days, "24:00:00" as 24 days.
/// </summary>
internal static partial class TimeText
{
    private const string Meant = "[days.]hh:mm:ss[.fraction], such as 00:00:30 for half a minute";

    public static bool TryRead(string text, out TimeSpan time)
    {
        time = default;
        return Form().IsMatch(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time);
    }

    /// <returns>Why a text is no time, to follow "but".</returns>
    public static string FaultOf(string text) =>
        // Who writes a bare number thinks of a unit, and nobody but him knows which.
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? $"that says no unit: write {TimeSpan.FromSeconds(number):c} for {number} seconds, {TimeSpan.FromMinutes(number):c} for {number} minutes"
            : $"it must be a time of the form {Meant}";

    [GeneratedRegex(@"^-?(\d{1,8}\.)?([01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(\.\d{1,7})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
