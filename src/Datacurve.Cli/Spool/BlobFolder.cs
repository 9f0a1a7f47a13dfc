using Datacurve.Core;

namespace Datacurve.Cli.Spool;

/// <summary>
/// The blobs of one recording, each a file named by its hash. A new one stands under a temporary name until
/// it is flushed, so that a file under its own name is always whole. Not thread-safe for writers.
/// </summary>
internal sealed class BlobFolder(string folder) : IDisposable
{
    // A process may often have no more than 1024 files open.
    private const int OpenMax = 256;

    private readonly Dictionary<BlobId, FileStream> _pending = [];

    // Kept where the disk refuses half way: what was renamed by then is flushed the next time.
    private readonly HashSet<string> _changed = [];
    private string Incoming => Path.Combine(folder, "incoming");

    public string PathOf(BlobId blobId) => Path.Combine(ParentOf(blobId), blobId.Hash);

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
    public void Add(BlobId blobId, Stream content)
    {
        if (_pending.Count >= OpenMax)
            Flush();
        var path = IncomingOf(blobId);
        FileStream? file = null;
        try
        {
            // No lock is needed, since nobody else has the name.
            file = DurableFile.Open(
                path,
                FileMode.Create,
                FileAccess.Write,
                FileShare.ReadWrite | FileShare.Delete
            );
            content.CopyTo(file);
            _pending[blobId] = file;
        }
        catch (IOException)
        {
            file?.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>On return every added blob is on disk under its own name.</summary>
    public void Flush()
    {
        // Where all are on their way to the disk before one is waited for, one commit of the file system's
        // journal is for all of them.
        if (_pending.Count > 1)
            foreach (var file in _pending.Values)
                DurableFile.StartFlush(file.SafeFileHandle);
        foreach (var (blobId, file) in _pending)
        {
            file.Flush(flushToDisk: true);
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
            file.Dispose();
        }
        foreach (var changed in _changed)
            DurableFile.FlushFolder(changed);
        _changed.Clear();
    }

    public void Dispose()
    {
        foreach (var file in _pending.Values)
            file.Dispose();
        _pending.Clear();
    }

    /// <summary>The bytes of a flushed or pending blob, or null where there is none.</summary>
    public byte[]? Read(BlobId blobId)
    {
        var path = PlaceOf(blobId);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    public long LengthOf(BlobId blobId) =>
        new FileInfo(PlaceOf(blobId)) is { Exists: true } file ? file.Length : 0;

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

    private string ParentOf(BlobId blobId) => Path.Combine(folder, blobId.Hash[..2]);

    private string IncomingOf(BlobId blobId) => Path.Combine(Incoming, blobId.Hash);

    private string PlaceOf(BlobId blobId) =>
        _pending.ContainsKey(blobId) ? IncomingOf(blobId) : PathOf(blobId);
}
