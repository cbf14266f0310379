using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Shop.WebApi.Conventions;

/// <summary>
/// SHA-256 over a request's fields in a fixed order, each with its length before it: two bodies hash alike exactly when they
/// mean the same, whatever their white space or order of members, and no field can run into its neighbour.
/// </summary>
internal readonly struct RequestHash
{
    private readonly ArrayBufferWriter<byte> fields = new(256);

    /// <param name="kind">Which request this is, with a version: a change of the fields is a new kind.</param>
    public RequestHash(string kind) => Add(kind);

    public RequestHash Add(string field)
    {
        var length = Encoding.UTF8.GetByteCount(field);
        var span = fields.GetSpan(sizeof(int) + length);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        Encoding.UTF8.GetBytes(field, span[sizeof(int)..]);
        fields.Advance(sizeof(int) + length);
        return this;
    }

    public RequestHash Add(long field)
    {
        BinaryPrimitives.WriteInt64BigEndian(fields.GetSpan(sizeof(long)), field);
        fields.Advance(sizeof(long));
        return this;
    }

    public override string ToString() => Convert.ToHexStringLower(SHA256.HashData(fields.WrittenSpan));
}
