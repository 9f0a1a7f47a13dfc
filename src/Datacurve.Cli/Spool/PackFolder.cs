using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Datacurve.Core;
using Microsoft.Win32.SafeHandles;

namespace Datacurve.Cli.Spool;

/// <summary>
/// The small blobs of one recording in packs: numbered files that are appended to and flushed, so that one
/// flush is for all blobs that were added since the last. Thread-safe. One process writes; others may read
/// meanwhile.
/// </summary>
internal sealed class PackFolder(string folder, long packBytes = 4 << 20) : IDisposable
{
    private const string Extension = ".pack";
    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, Place> _places = [];
    private bool _isWriter;
    private IReadOnlyList<(string, long, DateTime)> _seen = [];
    private FileStream? _open;
    private int _openNumber;
    private long _end;
    private bool _isFlushed = true;

    /// <summary>
    /// From here on this process writes, alone. Takes out what a killed one had not finished: nothing names
    /// that, since events are written after the flush of their blobs.
    /// </summary>
    public void Prepare()
    {
        lock (_gate)
        {
            if (Numbers() is [.., var last])
                Repair(last);
            _isWriter = true;
            Load();
        }
    }

    public bool Has(BlobId blobId) => LengthOf(blobId) is not null;

    /// <summary>Bytes of a blob, or null where there is none.</summary>
    public int? LengthOf(BlobId blobId)
    {
        lock (_gate)
            return Find(blobId)?.Length ?? (Reload() ? Find(blobId)?.Length : null);
    }

    /// <summary>The bytes of a blob, or null where there is none.</summary>
    public byte[]? Read(BlobId blobId)
    {
        lock (_gate)
            return TryRead(blobId) ?? (Reload() ? TryRead(blobId) : null);
    }

    /// <summary>Appends a blob that is not here yet; on disk only after <see cref="Flush"/>.</summary>
    /// <exception cref="IOException">The disk refused; nothing of it is left.</exception>
    public void Add(BlobId blobId, byte[] content)
    {
        lock (_gate)
        {
            var file = Current().SafeFileHandle;
            try
            {
                RandomAccess.Write(file, [PackHead.Of(blobId, content.Length), content], _end);
            }
            catch (IOException)
            {
                RandomAccess.SetLength(file, _end);
                throw;
            }
            _places[KeyOf(blobId)] = new Place(_openNumber, (int)_end, content.Length);
            _end += PackHead.Bytes + content.Length;
            _isFlushed = false;
        }
    }

    /// <summary>On return every added blob is on disk.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_isFlushed)
                return;
            _open!.Flush(flushToDisk: true);
            _isFlushed = true;
        }
    }

    /// <summary>
    /// Removes blobs for good: a pack that held one is written anew without it and flushed, or goes.
    /// </summary>
    public void Delete(IReadOnlySet<BlobId> blobIds)
    {
        lock (_gate)
        {
            Close();
            try
            {
                foreach (var number in Numbers().Where(number => IsToBeChanged(number, blobIds)))
                    Rewrite(number, blobIds, verify: false);
            }
            finally
            {
                // Also where the disk refused half way: what was written anew has other places.
                Load();
            }
        }
    }

    /// <summary>The ids of all blobs.</summary>
    public IReadOnlyList<BlobId> All()
    {
        lock (_gate)
            return [.. Numbers().SelectMany(number => Scan(number)).Select(blob => blob.BlobId)];
    }

    public long Bytes() => Stamps().Sum(stamp => stamp.Bytes);

    public void Dispose()
    {
        // Whoever is done has flushed, or knows that the disk refuses.
        lock (_gate)
        {
            (_isFlushed, _isWriter) = (true, false);
            Close();
        }
    }

    private FileStream Current()
    {
        if (_open is not null && _end < packBytes)
            return _open;

        // Flushed before there is another, so that only the last pack can be torn.
        Close();
        var number = Numbers() is [.., var last] ? last : 1;
        if (File.Exists(PathOf(number)) && new FileInfo(PathOf(number)).Length >= packBytes)
            number++;
        _open = DurableFile.Open(PathOf(number), FileMode.OpenOrCreate, FileAccess.Write, Shared);
        (_openNumber, _end) = (number, _open.Length);
        DirectorySync.Flush(folder);
        return _open;
    }

    private void Close()
    {
        if (_open is null)
            return;
        Flush();
        _open.Dispose();
        _open = null;
    }

    private void Repair(int number)
    {
        using (var file = DurableFile.Open(PathOf(number), FileMode.Open, FileAccess.ReadWrite, Shared))
        {
            var whole = PackScan.Read(file.SafeFileHandle, verify: true).ToList();
            var bytes = whole.Sum(blob => (long)blob.Size);

            // A torn end is cut off, for which even a full disk has room.
            if (whole is not [.., var last] || last.End == bytes)
            {
                file.SetLength(bytes);
                return;
            }
        }
        Rewrite(number, new HashSet<BlobId>(), verify: true);
    }

    // Damaged bytes may hold a blob that is to go, and nobody can tell.
    private bool IsToBeChanged(int number, IReadOnlySet<BlobId> blobIds)
    {
        var blobs = Scan(number);
        return blobs.Any(blob => blobIds.Contains(blob.BlobId))
            || blobs.Sum(blob => (long)blob.Size) < new FileInfo(PathOf(number)).Length;
    }

    private void Rewrite(int number, IReadOnlySet<BlobId> without, bool verify)
    {
        var kept = new ArrayBufferWriter<byte>();
        using (var file = OpenToRead(number))
            foreach (var blob in PackScan.Read(file, verify).Where(blob => !without.Contains(blob.BlobId)))
            {
                kept.Write(PackHead.Of(blob.BlobId, blob.Length));
                kept.Write(PackScan.Content(file, blob));
            }
        if (kept.WrittenCount > 0)
        {
            DurableFile.Replace(PathOf(number), kept.WrittenSpan);
            return;
        }
        File.Delete(PathOf(number));
        DirectorySync.Flush(folder);
    }

    private byte[]? TryRead(BlobId blobId)
    {
        if (Find(blobId) is not { } place)
            return null;
        try
        {
            using var file = OpenToRead(place.Number);
            var head = new byte[PackHead.Bytes];
            var read = RandomAccess.Read(file, head, place.Offset);

            // Whoever writes may have written the pack anew since this looked.
            return PackHead.TryRead(head.AsSpan(0, read)) is var (found, length) && found == blobId
                ? PackScan.Content(file, new PackedBlob(blobId, place.Offset, length))
                : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private Place? Find(BlobId blobId) => _places.TryGetValue(KeyOf(blobId), out var place) ? place : null;

    // Who writes knows all that is there.
    private bool Reload()
    {
        if (_isWriter || Stamps().SequenceEqual(_seen))
            return false;
        Load();
        return true;
    }

    private void Load()
    {
        _seen = Stamps();
        _places.Clear();
        foreach (var number in Numbers())
        foreach (var blob in Scan(number))
            _places[KeyOf(blob.BlobId)] = new Place(number, (int)blob.Offset, blob.Length);
    }

    private List<PackedBlob> Scan(int number)
    {
        try
        {
            using var file = OpenToRead(number);
            return [.. PackScan.Read(file, verify: false)];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    private List<(string Name, long Bytes, DateTime Changed)> Stamps() =>
        [
            .. from number in Numbers()
            let file = new FileInfo(PathOf(number))
            where file.Exists
            select (file.Name, file.Length, file.LastWriteTimeUtc),
        ];

    private List<int> Numbers() =>
        Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateFiles(folder, "*" + Extension)
                    .Select(path =>
                        int.TryParse(
                            Path.GetFileNameWithoutExtension(path),
                            NumberStyles.None,
                            CultureInfo.InvariantCulture,
                            out var number
                        )
                            ? number
                            : 0
                    )
                    .Where(number => number > 0)
                    .Order(),
            ]
            : [];

    private string PathOf(int number) =>
        Path.Combine(folder, number.ToString("00000000", CultureInfo.InvariantCulture) + Extension);

    private SafeFileHandle OpenToRead(int number) =>
        File.OpenHandle(PathOf(number), FileMode.Open, FileAccess.Read, Shared);

    // Half of a SHA-256 tells blobs apart, and there may be very many.
    private static UInt128 KeyOf(BlobId blobId) =>
        UInt128.Parse(
            blobId.ToString().AsSpan(BlobId.Prefix.Length, 32),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture
        );

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Place(int Number, int Offset, int Length);
}
