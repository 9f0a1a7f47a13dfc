using Datacurve.Core;

namespace Datacurve.Cli.Spool;

/// <summary>
/// The blobs of one recording: small ones in packs, a large one in a file of its own, named by its hash. A
/// file stands under a temporary name until it is flushed, so that one under its own name is always whole.
/// Not thread-safe for writers.
/// </summary>
/// <remarks>Recordings of earlier versions have every blob in a file of its own.</remarks>
internal sealed class BlobFolder(string folder) : IDisposable
{
    /// <summary>A blob of so many bytes or more is a file of its own.</summary>
    public const int FileBytesMin = 256 << 10;

    private readonly PackFolder _packs = new(folder);
    private readonly HashSet<BlobId> _pending = [];

    // Kept where the disk refuses half way: what was renamed by then is flushed the next time.
    private readonly HashSet<string> _changed = [];
    private string Incoming => Path.Combine(folder, "incoming");

    /// <summary>What a blob of so many bytes takes on disk.</summary>
    public static long SizeOf(long bytes) => bytes < FileBytesMin ? PackHead.Bytes + bytes : bytes;

    public bool Has(BlobId blobId) => _packs.Has(blobId) || File.Exists(PlaceOf(blobId));

    /// <summary>
    /// Makes the folders, and removes what a killed process had not finished. From here on this process is
    /// the one that writes.
    /// </summary>
    public void Prepare()
    {
        DurableFile.CreateFolder(Incoming);
        foreach (var left in Directory.EnumerateFiles(Incoming))
            File.Delete(left);
        _packs.Prepare();
    }

    /// <summary>Writes a blob that is not here yet; on disk only after <see cref="Flush"/>.</summary>
    /// <param name="blobId">Its name.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="path">
    /// A file of these bytes that nobody changes any more: a large blob is a second name of it, and no copy.
    /// </param>
    /// <exception cref="IOException">The disk refused; nothing of it is left.</exception>
    public void Add(BlobId blobId, Stream content, string? path = null)
    {
        if (content.Length >= FileBytesMin)
        {
            AddFile(blobId, content, path);
            return;
        }
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        _packs.Add(blobId, bytes);
    }

    /// <summary>On return every added blob is on disk under its own name.</summary>
    public void Flush()
    {
        _packs.Flush();
        foreach (var blobId in _pending)
        {
            var parent = ParentOf(blobId);
            if (!Directory.Exists(parent))
            {
                DurableFile.CreateFolder(parent);
                _changed.Add(folder);
            }
            File.Move(IncomingOf(blobId), PathOf(blobId), overwrite: true);
            _changed.Add(parent);
            // Taken out one by one, so that a disk that refuses half way leaves the rest to the next flush.
            _pending.Remove(blobId);
        }
        foreach (var changed in _changed)
            DirectorySync.Flush(changed);
        _changed.Clear();
    }

    public void Dispose() => _packs.Dispose();

    /// <summary>The bytes of a flushed or pending blob, or null where there is none.</summary>
    public byte[]? Read(BlobId blobId)
    {
        if (_packs.Read(blobId) is { } packed)
            return packed;
        var path = PlaceOf(blobId);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    /// <summary>Opens a flushed blob, however large, to be read once; null where there is none.</summary>
    public Stream? Open(BlobId blobId)
    {
        if (_packs.Read(blobId) is { } packed)
            return new MemoryStream(packed, writable: false);
        return File.Exists(PathOf(blobId)) ? File.OpenRead(PathOf(blobId)) : null;
    }

    public long LengthOf(BlobId blobId) =>
        _packs.LengthOf(blobId) ?? (new FileInfo(PlaceOf(blobId)) is { Exists: true } file ? file.Length : 0);

    /// <summary>Removes blobs for good.</summary>
    public void Delete(IReadOnlySet<BlobId> blobIds)
    {
        _packs.Delete(blobIds);
        foreach (var path in blobIds.Select(PathOf).Where(File.Exists))
        {
            File.Delete(path);
            DirectorySync.Flush(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>The ids of all flushed blobs.</summary>
    public IEnumerable<BlobId> All() => [.. _packs.All(), .. Files()];

    public long Bytes() => _packs.Bytes() + Files().Sum(blobId => new FileInfo(PathOf(blobId)).Length);

    private void AddFile(BlobId blobId, Stream content, string? linked)
    {
        var path = IncomingOf(blobId);
        try
        {
            var isLink = linked is not null && DurableFile.TryLink(linked, path);
            var mode = isLink ? FileMode.Open : FileMode.Create;
            using var file = DurableFile.Open(path, mode, FileAccess.Write, FileShare.ReadWrite);
            if (!isLink)
                content.CopyTo(file);
            file.Flush(flushToDisk: true);
            _pending.Add(blobId);
        }
        catch (IOException)
        {
            File.Delete(path);
            throw;
        }
    }

    private IEnumerable<BlobId> Files() =>
        from parent in Directory.EnumerateDirectories(folder)
        where Path.GetFileName(parent).Length == 2
        from path in Directory.EnumerateFiles(parent)
        where BlobId.TryParse(BlobId.Prefix + Path.GetFileName(path), out _)
        select BlobId.Parse(BlobId.Prefix + Path.GetFileName(path));

    private string ParentOf(BlobId blobId) => Path.Combine(folder, blobId.Hash[..2]);

    private string PathOf(BlobId blobId) => Path.Combine(ParentOf(blobId), blobId.Hash);

    private string IncomingOf(BlobId blobId) => Path.Combine(Incoming, blobId.Hash);

    private string PlaceOf(BlobId blobId) => _pending.Contains(blobId) ? IncomingOf(blobId) : PathOf(blobId);
}
