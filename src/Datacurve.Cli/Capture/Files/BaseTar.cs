using System.Formats.Tar;
using System.Text;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Cli.Capture.Files;

/// <summary>The base of a recording as a tree, read from its tar where it lies.</summary>
internal sealed class BaseTar : IFileTree, IDisposable
{
    private readonly FileStream _file;
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly HashSet<string> _folders = [""];

    private BaseTar(FileStream file) => _file = file;

    public IEnumerable<string> Paths => _entries.Keys;

    /// <exception cref="IOException">The tar cannot be read.</exception>
    public static BaseTar Open(string path) => Of(File.OpenRead(path));

    /// <summary>Of an open file, which it disposes with itself.</summary>
    /// <exception cref="IOException">The tar cannot be read.</exception>
    public static BaseTar Of(FileStream file)
    {
        var tree = new BaseTar(file);
        file.Position = 0;
        using var reader = new TarReader(file, leaveOpen: true);
        while (reader.GetNextEntry() is { } entry)
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.SymbolicLink)
                tree.Add(entry);
        return tree;
    }

    /// <summary>Where the content of a file lies; a link's is not in the tar as such.</summary>
    public ContentPlace? PlaceOf(string path) =>
        _entries[path] is { Link: null } entry
            ? new ContentPlace(InBase: true, entry.Offset, entry.Length)
            : null;

    public FileMode ModeOf(string path) => _entries[path].Mode;

    public FileState? Find(string path)
    {
        if (!_entries.TryGetValue(path, out var entry))
            return null;
        if (entry.Link is { } target)
            return new FileState(Encoding.UTF8.GetBytes(target), FileMode.SymbolicLink);
        var content = new byte[entry.Length];
        for (var read = 0; read < content.Length; )
        {
            var count = RandomAccess.Read(_file.SafeFileHandle, content.AsSpan(read), entry.Offset + read);
            if (count == 0)
                throw new IOException("The base of the recording has been cut off on disk.");
            read += count;
        }
        return new FileState(content, entry.Mode);
    }

    public IEnumerable<string> PathsUnder(string folder)
    {
        if (!_folders.Contains(folder))
            return [];
        var prefix = folder.Length == 0 ? "" : folder + "/";
        return _entries.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal));
    }

    public void Dispose() => _file.Dispose();

    private void Add(TarEntry entry)
    {
        var mode =
            entry.EntryType == TarEntryType.SymbolicLink ? FileMode.SymbolicLink
            : entry.Mode.HasFlag(UnixFileMode.UserExecute) ? FileMode.Executable
            : FileMode.Regular;
        var link = mode == FileMode.SymbolicLink ? entry.LinkName : null;
        _entries[entry.Name] = new Entry(entry.DataOffset, (int)entry.Length, mode, link);
        foreach (var folder in RepoPath.Ancestors(entry.Name))
            _folders.Add(folder);
    }

    private sealed record Entry(long Offset, int Length, FileMode Mode, string? Link);
}
