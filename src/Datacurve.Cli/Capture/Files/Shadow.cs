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

    // How many files lie below each folder, at any depth.
    private readonly Dictionary<string, int> _folders = [];

    public IEnumerable<string> Paths => _files.Keys;
    public IEnumerable<KeyValuePair<string, ShadowFile>> Files => _files;

    public ShadowFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>The files that must be gone before there can be one at the path.</summary>
    public IReadOnlyList<string> InTheWayOf(string path)
    {
        var above = RepoPath.Ancestors(path).Where(_files.ContainsKey);
        return _folders.ContainsKey(path)
            ? [.. above, .. _files.Keys.Where(file => file.StartsWith(path + "/", StringComparison.Ordinal))]
            : [.. above];
    }

    /// <summary>Takes a file that the log has from before.</summary>
    public void SetKnown(string path, ShadowFile file)
    {
        Remove(path);
        Put(path, file);
    }

    /// <summary>
    /// Keeps a content that a file is about to have, so that nothing can fail once the log has the file.
    /// </summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public ContentPlace Keep(ReadOnlySpan<byte> content) => contents.Add(content);

    /// <summary>A content that no file came to have.</summary>
    public void LetGo(ContentPlace place) => contents.Release(place);

    public void Set(string path, ShadowFile file)
    {
        Remove(path);
        Put(path, file);
        if (contents.UnusedBytes > unusedBytesMax)
            contents.Compact([.. _files.Values]);
    }

    public void Remove(string path)
    {
        if (!_files.Remove(path, out var old))
            return;
        contents.Release(old.Place);
        Count(path, -1);
    }

    /// <summary>Gives a file another name; its content is the same.</summary>
    public void Move(string from, string to, FileMode mode, FileStamp stamp)
    {
        _files.Remove(from, out var file);
        Count(from, -1);
        file!.Mode = mode;
        file.Stamp = stamp;
        Put(to, file);
    }

    public FileState StateOf(ShadowFile file) => new(contents.Read(file.Place), file.Mode);

    private void Put(string path, ShadowFile file)
    {
        _files[path] = file;
        Count(path, +1);
    }

    private void Count(string path, int files)
    {
        foreach (var folder in RepoPath.Ancestors(path))
            if ((_folders[folder] = _folders.GetValueOrDefault(folder) + files) == 0)
                _folders.Remove(folder);
    }
}
