using System.Security.Cryptography;

namespace GroupCommit.Specs;

/// <summary>A database packs what repeats itself, and only then measures it.</summary>
internal static class Incompressible
{
    public static string Text(int length) => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", length);
}
