using System.Buffers.Text;
using System.Text;

namespace Datacurve.Server.Originals;

/// <summary>
/// The keys that <c>RAW_KEY_PATH</c> names: the first seals what comes, the others open what came before
/// them.
/// </summary>
internal sealed class RawKeys
{
    private const int FileBytesMax = 1024;

    private const UnixFileMode OfOthers =
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly IReadOnlyList<RawKey> _keys;

    /// <param name="keys">The first is the one that seals.</param>
    public RawKeys(params IReadOnlyList<RawKey> keys) => _keys = keys;

    /// <summary>What seals; null where the operator has given no key.</summary>
    public RawKey? Current => _keys.Count == 0 ? null : _keys[0];

    /// <summary>The key of this id, or null.</summary>
    public RawKey? Find(ReadOnlySpan<byte> id)
    {
        foreach (var key in _keys)
            if (key.Id.AsSpan().SequenceEqual(id))
                return key;
        return null;
    }

    /// <param name="paths">Files, with commas; null is none.</param>
    /// <exception cref="StartException">One cannot be read, may be read by others, or holds no
    /// key.</exception>
    public static RawKeys Read(string? paths) =>
        new([
            .. (paths ?? "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(ReadKey),
        ]);

    private static RawKey ReadKey(string path)
    {
        byte[] content;
        try
        {
            // A file system without owners says nothing of who may read.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OfOthers) != UnixFileMode.None)
                throw new StartException(
                    $"RAW_KEY_PATH: {path} may be read by everybody. Take that away: chmod o-rwx {path}"
                );
            using var file = File.OpenRead(path);
            content = new byte[Math.Min(file.Length, FileBytesMax)];
            file.ReadExactly(content);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"RAW_KEY_PATH: {path} cannot be read: {unreadable.Message}");
        }

        // What the file holds is never repeated.
        return Parse(content) is { } key
            ? new RawKey(key)
            : throw new StartException(
                $"RAW_KEY_PATH: {path} holds no key of {RawKey.KeyBytes} bytes, as they are or in base64. "
                    + $"This makes one: (umask 077; openssl rand -base64 32 > {path})"
            );
    }

    private static byte[]? Parse(byte[] content)
    {
        if (content.Length == RawKey.KeyBytes)
            return content;
        var text = Encoding.ASCII.GetString(content).Trim();
        var key = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Convert.TryFromBase64String(text, key, out var length) && length == RawKey.KeyBytes
            ? key[..length]
            : null;
    }
}
