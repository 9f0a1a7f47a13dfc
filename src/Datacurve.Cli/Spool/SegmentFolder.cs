using System.Globalization;

namespace Datacurve.Cli.Spool;

/// <summary>
/// The segments of one recording: numbered files that are appended to, flushed and never changed in place.
/// Not thread-safe; the recording that owns it takes turns.
/// </summary>
internal sealed class SegmentFolder(string folder, int segmentBytes) : IDisposable
{
    private const string Extension = ".seg";
    private FileStream? _last;
    private long _length;

    /// <summary>Paths of all segments, in order.</summary>
    public static IReadOnlyList<string> Paths(string folder) =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Every segment, read one at a time; the last flushed frame of a writer is in it.</summary>
    public static IEnumerable<SegmentScan> Scan(string folder) => Paths(folder).Select(SegmentScan.Read);

    public static long Bytes(string folder) => Paths(folder).Sum(path => new FileInfo(path).Length);

    /// <summary>Appends whole frames and flushes them: on return they are on disk.</summary>
    /// <exception cref="IOException">The disk refused; nothing of it counts as written.</exception>
    public void Append(ReadOnlySpan<byte> frames)
    {
        var file = Current();
        try
        {
            file.Write(frames);
            file.Flush(flushToDisk: true);
            _length += frames.Length;
        }
        catch (IOException)
        {
            // Half a frame at the end would be found as damage; the next attempt starts where this one did.
            file.SetLength(_length);
            file.Position = _length;
            throw;
        }
    }

    /// <summary>Puts other frames in place of one segment's, or removes it where none are left.</summary>
    public void Rewrite(string path, ReadOnlySpan<byte> frames)
    {
        Dispose();
        if (frames.IsEmpty && path != Paths(folder)[^1])
        {
            File.Delete(path);
            DirectorySync.Flush(folder);
        }
        else
            DurableFile.Replace(path, frames);
    }

    public void Dispose()
    {
        _last?.Dispose();
        _last = null;
    }

    private FileStream Current()
    {
        if (_last is not null && _length < segmentBytes)
            return _last;

        var last = Paths(folder) is [.., var path] ? path : null;
        if (last is null || new FileInfo(last).Length >= segmentBytes)
            last = Path.Combine(folder, NumberAfter(last) + Extension);
        Dispose();
        _last = DurableFile.Open(
            last,
            FileMode.OpenOrCreate,
            FileAccess.Write,
            FileShare.ReadWrite | FileShare.Delete
        );
        _length = _last.Seek(0, SeekOrigin.End);
        DirectorySync.Flush(folder);
        return _last;
    }

    private static string NumberAfter(string? path)
    {
        var number = path is null ? 0 : int.Parse(Path.GetFileNameWithoutExtension(path));
        return (number + 1).ToString("00000000", CultureInfo.InvariantCulture);
    }
}
