using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Datacurve.Core;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Cli.Capture.Files;

/// <summary>A SHA-256 in 32 bytes, since there is one for every file.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ContentDigest(ulong A, ulong B, ulong C, ulong D)
{
    public static ContentDigest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return new ContentDigest(Part(hash, 0), Part(hash, 1), Part(hash, 2), Part(hash, 3));
    }

    /// <summary>As events write it.</summary>
    public override string ToString() => $"{BlobId.Prefix}{A:x16}{B:x16}{C:x16}{D:x16}";

    private static ulong Part(ReadOnlySpan<byte> hash, int index) =>
        BinaryPrimitives.ReadUInt64BigEndian(hash[(8 * index)..]);
}

/// <summary>One file as the log has it, and the stamp of the file on disk that was read for it.</summary>
internal sealed class ShadowFile
{
    public required FileMode Mode { get; set; }
    public required ContentDigest Digest { get; set; }
    public required bool IsBinary { get; set; }
    public required ContentPlace Place { get; set; }
    public FileStamp Stamp { get; set; }
}

/// <summary>
/// The working tree as the log says it is, by path: what the disk is compared with. Not thread-safe.
/// </summary>
internal sealed class Shadow(ContentStore contents, long unusedBytesMax)
{
    private readonly Dictionary<string, ShadowFile> _files = [];

    public int Count => _files.Count;
    public IEnumerable<string> Paths => _files.Keys;
    public IEnumerable<KeyValuePair<string, ShadowFile>> Files => _files;

    public ShadowFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>Takes a file of the base, whose content lies there.</summary>
    public void SetBase(string path, ShadowFile file) => _files[path] = file;

    public void Set(string path, FileState state, ContentDigest digest, FileStamp stamp)
    {
        Remove(path);
        _files[path] = new ShadowFile
        {
            Mode = state.Mode,
            Digest = digest,
            IsBinary = DiffText.IsBinary(state.Content),
            Place = contents.Add(state.Content),
            Stamp = stamp,
        };
        if (contents.UnusedBytes > unusedBytesMax)
            contents.Compact(_files.Values);
    }

    public void Remove(string path)
    {
        if (_files.Remove(path, out var old))
            contents.Release(old.Place);
    }

    /// <summary>Gives a file another name; its content is the same.</summary>
    public void Move(string from, string to, FileMode mode, FileStamp stamp)
    {
        _files.Remove(from, out var file);
        file!.Mode = mode;
        file.Stamp = stamp;
        _files[to] = file;
    }

    public FileState StateOf(ShadowFile file) => new(contents.Read(file.Place), file.Mode);
}
