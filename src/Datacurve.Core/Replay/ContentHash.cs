using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Core.Replay;

/// <summary>How a recorded hash compares with content.</summary>
public enum HashVerdict
{
    /// <summary>No hash was recorded, or one of a form that is not known here.</summary>
    Unchecked,
    Matches,
    Differs,
}

/// <summary>
/// The hashes that recorders put on edits: SHA-256 in hex with or without <c>sha256:</c>, or the 40 hex
/// digits of a git blob id.
/// </summary>
public static class ContentHash
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>
    /// A file that does not exist has the hash of nothing: an empty string, all zeros, or the hash of empty
    /// content, since recorders write any of these for the file before its creation.
    /// </summary>
    public static HashVerdict Compare(string? recorded, byte[]? content)
    {
        if (recorded is null)
            return HashVerdict.Unchecked;
        var hex = recorded.StartsWith(BlobId.Prefix, StringComparison.OrdinalIgnoreCase)
            ? recorded[BlobId.Prefix.Length..]
            : recorded;
        if (content is null && !hex.AsSpan().ContainsAnyExcept('0'))
            return HashVerdict.Matches;
        if (hex.Length is not (40 or 64) || hex.AsSpan().ContainsAnyExcept(HexDigits))
            return HashVerdict.Unchecked;

        var actual = hex.Length == 64 ? BlobId.Of(content).Hash : GitBlobId(content ?? []);
        return hex.Equals(actual, StringComparison.OrdinalIgnoreCase)
            ? HashVerdict.Matches
            : HashVerdict.Differs;
    }

    /// <summary>The id under which git keeps this content.</summary>
    public static string GitBlobId(byte[] content)
    {
        // Git's ids are SHA-1 by definition; nothing here relies on them to be secure.
#pragma warning disable CA5350
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        sha1.AppendData(
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0"))
        );
        sha1.AppendData(content);
        return Convert.ToHexStringLower(sha1.GetHashAndReset());
    }
}
