using Datacurve.Core;

namespace Datacurve.Cli.Spool;

/// <summary>
/// The blobs of one recording, each a file named by its hash. A new one stands under a temporary name until
/// it is flushed, so that a file under its own name is always whole. Not thread-safe for writers.
/// </summary>
internal sealed class BlobFolder(string folder)
{
    private readonly Dictionary<BlobId, string> _pending = [];

    // Kept where the disk refuses half way: what was renamed by then is flushed the next time.
    private readonly HashSet<string> _changed = [];
    private string Incoming => Path.Combine(folder, "incoming");

    public string PathOf(BlobId blobId) => Path.Combine(folder, blobId.Hash[..2], blobId.Hash);

    public bool Has(BlobId blobId) => _pending.ContainsKey(blobId) || File.Exists(PathOf(blobId));

    /// <summary>Makes the folders, and removes what a killed process had not finished.</summary>
    public void Prepare()
    {
        DurableFile.CreateFolder(Incoming);
        foreach (var left in Directory.EnumerateFiles(Incoming))
            File.Delete(left);
    }

    /// <summary>Writes a blob that is not here yet; on disk only after <see cref="Flush"/>.</summary>
    /// <exception cref="IOException">The disk refused; nothing of it is left.</exception>
    public void Add(BlobId blobId, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(Incoming, blobId.Hash);
        try
        {
            using var file = DurableFile.Open(path, FileMode.Create, FileAccess.Write, FileShare.Read);
            file.Write(content);
        }
        catch (IOException)
        {
            File.Delete(path);
            throw;
        }
        _pending[blobId] = path;
    }

    /// <summary>On return every added blob is on disk under its own name.</summary>
    public void Flush()
    {
        foreach (var (blobId, path) in _pending)
        {
            DurableFile.Flush(path);
            var target = PathOf(blobId);
            var parent = Path.GetDirectoryName(target)!;
            if (!Directory.Exists(parent))
            {
                DurableFile.CreateFolder(parent);
                _changed.Add(folder);
            }
            File.Move(path, target, overwrite: true);
            _changed.Add(parent);
            // Taken out one by one, so that a disk that refuses half way leaves the rest to the next flush.
            _pending.Remove(blobId);
        }
        foreach (var changed in _changed)
            DurableFile.FlushFolder(changed);
        _changed.Clear();
    }

    /// <summary>The bytes of a flushed or pending blob, or null where there is none.</summary>
    public byte[]? Read(BlobId blobId)
    {
        var path = _pending.GetValueOrDefault(blobId, PathOf(blobId));
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    public long LengthOf(BlobId blobId) =>
        new FileInfo(_pending.GetValueOrDefault(blobId, PathOf(blobId))) is { Exists: true } file
            ? file.Length
            : 0;

    /// <summary>Removes a blob for good.</summary>
    public void Delete(BlobId blobId)
    {
        var path = PathOf(blobId);
        if (!File.Exists(path))
            return;
        File.Delete(path);
        DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>The ids of all flushed blobs.</summary>
    public IEnumerable<BlobId> All() =>
        from parent in Directory.EnumerateDirectories(folder)
        where Path.GetFileName(parent).Length == 2
        from path in Directory.EnumerateFiles(parent)
        where BlobId.TryParse(BlobId.Prefix + Path.GetFileName(path), out _)
        select BlobId.Parse(BlobId.Prefix + Path.GetFileName(path));

    public long Bytes() => All().Sum(LengthOf);
}
