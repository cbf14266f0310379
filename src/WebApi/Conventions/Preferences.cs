using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Shop.WebApi.Conventions;

/// <summary>The Prefer header (RFC 7240). Preferences are wishes: what is not understood is ignored, never refused.</summary>
internal static class Preferences
{
    public const string Header = "Prefer";
    public const string AppliedHeader = "Preference-Applied";
    public const int MaximumWaitSeconds = 30;

    /// <summary>How many seconds the client would wait for an outcome: 0 to <see cref="MaximumWaitSeconds"/>.</summary>
    public static int WaitSeconds(StringValues header)
    {
        foreach (var line in header)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                var preference = line.AsSpan()[part].Trim();
                var parameters = preference.IndexOf(';');
                if (parameters >= 0)
                {
                    preference = preference[..parameters];
                }

                var equals = preference.IndexOf('=');
                if (equals < 0 || !preference[..equals].Trim().Equals("wait", StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                // The first one counts (RFC 7240, 2).
                var value = preference[(equals + 1)..].Trim().Trim('"');
                return uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    ? (int)Math.Min(seconds, MaximumWaitSeconds)
                    : 0;
            }
        }

        return 0;
    }
}
