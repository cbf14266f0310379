using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Shop.Operations;
using Shop.Orders;
using Shop.Values;
using Shop.WebApi.Conventions;

namespace Shop.WebApi.Operations;

/// <summary>Reads <c>?state&amp;stuck&amp;limit&amp;cursor</c> of GET /v1/ops/sagas.</summary>
internal static class SagaQueries
{
    private static readonly Dictionary<string, OrderStatus> StatusByWord = Enum.GetValues<OrderStatus>()
        .ToDictionary(status => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()));

    /// <summary>The words that <c>state</c> takes: those of an order's status.</summary>
    public static IReadOnlyCollection<string> States => StatusByWord.Keys;

    public static bool AreWrong(
        string? state, string? stuck, string? limit, string? cursor, [NotNullWhen(false)] out SagaQuery? query, [NotNullWhen(true)] out Problem? problem)
    {
        query = null;
        OrderStatus? status = null;
        if (state is not null)
        {
            if (!StatusByWord.TryGetValue(state, out var known))
            {
                problem = Problem.Validation($"state must be one of {string.Join(", ", States)}.");
                return true;
            }

            status = known;
        }

        if (stuck is not (null or "true" or "false"))
        {
            problem = Problem.Validation("stuck must be true or false.");
            return true;
        }

        if (PageRequest.LimitIsWrong(limit, out var count, out problem))
        {
            return true;
        }

        OrderId? after = null;
        if (cursor is not null)
        {
            if (!SagaCursor.TryParse(cursor, out var id))
            {
                problem = PageRequest.WrongCursor();
                return true;
            }

            after = id;
        }

        query = new SagaQuery(status, stuck is null ? null : stuck == "true", after, count);
        return false;
    }
}
