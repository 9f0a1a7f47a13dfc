using Microsoft.Win32.SafeHandles;

namespace Datacurve.Cli.Capture.Files;

/// <summary>Where content lies: in the base's tar, or in the store of what came after.</summary>
internal readonly record struct ContentPlace(bool InBase, long Offset, int Length);

/// <summary>
/// The content of the files as the log has them, on disk, so that memory does not grow with the repository.
/// It only serves to write diffs: after a crash it is made anew from the log. It has no name while it is
/// open, so that nothing of it is left when this process ends, in whatever way, and nobody finds in it what
/// was dropped from the recording. Not thread-safe.
/// </summary>
internal sealed class ContentStore : IDisposable
{
    private readonly string _path;
    private readonly FileStream _base;
    private SafeFileHandle _later;
    private long _end;
    private long _compactAgainAt;

    /// <param name="baseFile">The tar of the base; closed with this.</param>
    /// <param name="laterPath">Beside what later content is kept; what an earlier version left there is
    /// removed.</param>
    public ContentStore(FileStream baseFile, string laterPath)
    {
        (_path, _base) = (laterPath, baseFile);
        File.Delete(laterPath + ".new");
        _later = Create(laterPath);
    }

    /// <summary>Bytes that nothing needs any more.</summary>
    public long UnusedBytes { get; private set; }

    public ContentPlace Add(ReadOnlySpan<byte> content)
    {
        var place = new ContentPlace(InBase: false, _end, content.Length);
        RandomAccess.Write(_later, content, _end);
        _end += content.Length;
        return place;
    }

    public byte[] Read(ContentPlace place)
    {
        var content = new byte[place.Length];
        var file = place.InBase ? _base.SafeFileHandle : _later;
        for (var read = 0; read < content.Length; )
        {
            var count = RandomAccess.Read(file, content.AsSpan(read), place.Offset + read);
            if (count == 0)
                throw new IOException("The content of the recording's files has been cut off on disk.");
            read += count;
        }
        return content;
    }

    public void Release(ContentPlace place)
    {
        if (!place.InBase)
            UnusedBytes += place.Length;
    }

    /// <summary>
    /// Writes what is still used into a new file; where the disk refuses, all stays as it is until twice as
    /// much is unused.
    /// </summary>
    public void Compact(IReadOnlyList<ShadowFile> used)
    {
        if (UnusedBytes < _compactAgainAt)
            return;
        var next = _path + ".new";
        try
        {
            var (target, places, end) = Copy(used, next);
            foreach (var (file, place) in used.Zip(places))
                file.Place = place;
            _later.Dispose();
            (_later, _end, UnusedBytes, _compactAgainAt) = (target, end, 0, 0);
        }
        catch (IOException)
        {
            _compactAgainAt = 2 * UnusedBytes;
            File.Delete(next);
        }
    }

    private (SafeFileHandle Target, List<ContentPlace> Places, long End) Copy(
        IReadOnlyList<ShadowFile> used,
        string path
    )
    {
        var target = Create(path);
        try
        {
            var places = new List<ContentPlace>(used.Count);
            var end = 0L;
            foreach (var place in used.Select(file => file.Place))
            {
                places.Add(place.InBase ? place : new ContentPlace(InBase: false, end, place.Length));
                if (place.InBase)
                    continue;
                RandomAccess.Write(target, Read(place), end);
                end += place.Length;
            }
            return (target, places, end);
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _base.Dispose();
        _later.Dispose();
    }

    private static SafeFileHandle Create(string path)
    {
        var file = File.OpenHandle(
            path,
            FileMode.Create,
            FileAccess.ReadWrite,
            FileShare.Read | FileShare.Delete
        );
        File.Delete(path);
        return file;
    }
}
