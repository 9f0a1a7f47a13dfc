using System.Security.Cryptography;

namespace Datacurve.Server.Originals;

/// <summary>
/// A key of the operator's: 32 bytes, of which a key of its own is derived for every original. Its id names
/// it and tells nothing of it.
/// </summary>
internal sealed class RawKey
{
    public const int KeyBytes = 32;
    public const int IdBytes = 8;

    private readonly byte[] _key;

    /// <param name="key">32 bytes.</param>
    public RawKey(byte[] key)
    {
        _key = key;
        Id = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, IdBytes, info: "datacurve raw key id"u8.ToArray());
    }

    /// <summary>8 bytes.</summary>
    public byte[] Id { get; }

    /// <summary>The key of one original.</summary>
    /// <param name="salt">The original's own, made by chance.</param>
    /// <param name="context">What it is an original of: in another place it cannot be opened.</param>
    public byte[] DataKey(byte[] salt, byte[] context) =>
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            _key,
            KeyBytes,
            salt,
            [.. "datacurve original: "u8, .. context]
        );
}
