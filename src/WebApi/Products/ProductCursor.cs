using System.Buffers.Text;
using System.Text;
using Shop.Values;

namespace Shop.WebApi.Products;

/// <summary>
/// Where a list goes on: after a product id, so that products added or taken away meanwhile shift nothing.
/// Opaque to clients, and theirs to keep: the leading letter lets a later version read today's cursors.
/// </summary>
internal static class ProductCursor
{
    private const char Kind = 'a';

    public static string After(ProductId id) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Kind + id.Value));

    public static bool TryParse(string text, out ProductId after)
    {
        after = default;
        if (text.Length > 2 * ProductId.MaximumLength || !Base64Url.IsValid(text))
        {
            return false;
        }

        var decoded = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text));
        return decoded is [Kind, ..] && ProductId.TryParse(decoded[1..], out after);
    }
}
