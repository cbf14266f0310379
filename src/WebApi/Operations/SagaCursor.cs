using System.Buffers.Text;
using System.Text;
using Shop.Values;

namespace Shop.WebApi.Operations;

/// <summary>
/// Where a list of sagas goes on: after an order's id, so that orders placed meanwhile shift nothing. Opaque to clients; the leading letter lets
/// a later version read today's cursors.
/// </summary>
internal static class SagaCursor
{
    private const char Kind = 'a';

    public static string After(OrderId id) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{Kind}{id}"));

    public static bool TryParse(string text, out OrderId after)
    {
        after = default;
        if (text.Length > 64 || !Base64Url.IsValid(text))
        {
            return false;
        }

        var decoded = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text));
        return decoded is [Kind, ..] && OrderId.TryParse(decoded[1..], out after);
    }
}
