using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Shop.WebApi.Conventions;

/// <summary><c>?limit=1..200&amp;cursor=…</c>, the same for every list.</summary>
internal static class PageRequest
{
    private const int DefaultLimit = 50;
    private const int MaximumLimit = 200;

    public static bool LimitIsWrong(string? text, out int limit, [NotNullWhen(true)] out Problem? problem)
    {
        limit = DefaultLimit;
        problem = text is null
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaximumLimit)
                ? null
                : Problem.Validation($"limit must be a whole number from 1 to {MaximumLimit}.");
        return problem is not null;
    }

    public static Problem WrongCursor() => Problem.Validation("cursor must be the next of an earlier page.");
}
