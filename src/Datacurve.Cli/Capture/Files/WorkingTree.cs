using System.Runtime.InteropServices;
using System.Text;
using Datacurve.Core.Replay;
using Microsoft.Win32.SafeHandles;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Cli.Capture.Files;

internal enum DiskKind
{
    Absent,
    Folder,
    File,
    Link,

    /// <summary>A pipe, a socket or a device, which no repository keeps.</summary>
    Special,

    /// <summary>The system does not say, for example because the folder is closed to us.</summary>
    Unknown,
}

/// <summary>
/// By what a file is recognized as not having changed, as git's index does; times in nanoseconds.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileStamp(long Size, ulong Inode, long ModifiedNs, long ChangedNs, int Mode)
{
    /// <summary>Equal to no file's stamp.</summary>
    public static FileStamp None => default;

    // The clock that files are stamped with moves in ticks of a few milliseconds.
    private const long SettledNs = 100_000_000;

    /// <summary>
    /// This stamp where a change after the file was read would show in it, else <see cref="None"/>: a file
    /// that was changed within a tick before may be changed again with the same stamp.
    /// </summary>
    /// <param name="read">Taken before the file was read: whoever reads may be held up for long.</param>
    public FileStamp IfSettled(DateTimeOffset read)
    {
        var readNs = (read - DateTimeOffset.UnixEpoch).Ticks * 100;
        return readNs - Math.Max(ModifiedNs, ChangedNs) > SettledNs ? this : None;
    }
}

/// <summary>What is at a path: a state with its stamp, or why there is none.</summary>
internal readonly record struct DiskFile(DiskKind Kind, FileState? State, FileStamp Stamp, string? LeftOut);

/// <summary>
/// Reads the files of a working tree as they are: a link is its target's name and never followed, a pipe
/// never waited for.
/// </summary>
internal sealed class WorkingTree(string root, int fileBytesMax)
{
    private const string Unreadable = "cannot be read";

    public string Root { get; } = root;

    public string FullPath(string path) => path.Length == 0 ? Root : $"{Root}/{path}";

    /// <summary>Whether a path is a folder and no link to one.</summary>
    public bool IsFolder(string path) => KindOf(path) == DiskKind.Folder;

    public DiskKind KindOf(string path) => Stat(path, out _);

    /// <summary>Whether a folder below the root is a repository of its own, or is becoming one.</summary>
    public bool IsRepository(string folder) => KindOf(folder + "/.git") is DiskKind.Folder or DiskKind.File;

    /// <summary>What is at the path, with the stamp where it is a file or a link.</summary>
    public DiskKind Stat(string path, out FileStamp stamp) =>
        OperatingSystem.IsLinux() ? StatLinux(path, out stamp) : StatElsewhere(path, out stamp);

    /// <summary>Reads a file or link; what cannot be kept says why in <c>LeftOut</c>.</summary>
    public DiskFile Read(string path)
    {
        var kind = Stat(path, out var stamp);
        return kind switch
        {
            DiskKind.Link => ReadLink(path, stamp),
            DiskKind.File when stamp.Size > fileBytesMax => new(
                kind,
                null,
                stamp,
                $"is over {fileBytesMax} bytes"
            ),
            DiskKind.File => ReadFile(path, stamp),
            DiskKind.Unknown => new(kind, null, default, Unreadable),
            _ => new(kind, null, default, null),
        };
    }

    /// <summary>
    /// As <see cref="Read(string)"/>, but what lies behind a link or below a file is absent, whatever the system
    /// finds there.
    /// </summary>
    /// <param name="path">Of the file.</param>
    /// <param name="folders">What the folders above are, kept between the files of one look.</param>
    public DiskFile Read(string path, Dictionary<string, DiskKind> folders) =>
        AboveOf(path, folders) switch
        {
            DiskKind.Folder => Read(path),
            DiskKind.Unknown => new(DiskKind.Unknown, null, default, Unreadable),
            _ => default,
        };

    /// <summary>
    /// As <see cref="Stat(string, out FileStamp)"/>, but what lies behind a link or below a file is absent.
    /// </summary>
    public DiskKind Stat(string path, Dictionary<string, DiskKind> folders, out FileStamp stamp)
    {
        stamp = default;
        return AboveOf(path, folders) switch
        {
            DiskKind.Folder => Stat(path, out stamp),
            DiskKind.Unknown => DiskKind.Unknown,
            _ => DiskKind.Absent,
        };
    }

    /// <summary>A folder where all above the path are; else what the first is that is none.</summary>
    private DiskKind AboveOf(string path, Dictionary<string, DiskKind> folders)
    {
        foreach (var folder in RepoPath.Ancestors(path))
        {
            if (!folders.TryGetValue(folder, out var kind))
                folders[folder] = kind = KindOf(folder);
            if (kind != DiskKind.Folder)
                return kind;
        }
        return DiskKind.Folder;
    }

    public static FileMode ModeOf(int mode) =>
        (mode & LinuxFiles.TypeMask) == 0xa000 ? FileMode.SymbolicLink
        : (mode & 0x40) != 0 ? FileMode.Executable
        : FileMode.Regular;

    private DiskKind StatLinux(string path, out FileStamp stamp)
    {
        stamp = default;
        var error = LinuxFiles.Stat(FullPath(path), out var raw);
        if (error != 0)
            return LinuxFiles.IsAbsence(error) ? DiskKind.Absent : DiskKind.Unknown;
        stamp = StampOf(raw);
        return KindOf(raw.Mode);
    }

    private static FileStamp StampOf(RawStat raw) =>
        new(raw.Size, raw.Inode, raw.ModifiedNs, raw.ChangedNs, raw.Mode);

    private static DiskKind KindOf(int mode) =>
        (mode & LinuxFiles.TypeMask) switch
        {
            0x8000 => DiskKind.File,
            0x4000 => DiskKind.Folder,
            0xa000 => DiskKind.Link,
            _ => DiskKind.Special,
        };

    // macOS has neither statx nor Linux's flags; .NET's own view has no inode and no time of change.
    private DiskKind StatElsewhere(string path, out FileStamp stamp)
    {
        stamp = default;
        var file = new FileInfo(FullPath(path));
        var kind =
            file.LinkTarget is not null ? DiskKind.Link
            : file.Exists ? DiskKind.File
            : Directory.Exists(file.FullName) ? DiskKind.Folder
            : DiskKind.Absent;
        if (kind == DiskKind.File && file.Attributes.HasFlag(FileAttributes.Device))
            return DiskKind.Special;
        if (kind is DiskKind.File or DiskKind.Link)
        {
            var modified = (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100;
            var type = kind == DiskKind.Link ? 0xa000 : 0x8000;
            var bits = OperatingSystem.IsWindows() || kind == DiskKind.Link ? 0 : (int)file.UnixFileMode;
            stamp = new FileStamp(
                kind == DiskKind.File ? file.Length : 0,
                0,
                modified,
                modified,
                type | bits
            );
        }
        return kind;
    }

    private DiskFile ReadLink(string path, FileStamp stamp)
    {
        var target = new FileInfo(FullPath(path)).LinkTarget;
        if (target is null)
            return new DiskFile(DiskKind.Absent, null, default, null);

        // What .NET could not decode would be another target.
        return target.Contains('\ufffd')
            ? new DiskFile(DiskKind.Link, null, stamp, "is a link whose target is not UTF-8")
            : new DiskFile(
                DiskKind.Link,
                new FileState(Encoding.UTF8.GetBytes(target), FileMode.SymbolicLink),
                stamp,
                null
            );
    }

    private DiskFile ReadFile(string path, FileStamp stamp)
    {
        try
        {
            using var handle = OpenFile(path, ref stamp);
            if (handle is null)
                return new DiskFile(DiskKind.Absent, null, default, null);
            var content = ReadAll(handle, stamp.Size);
            return content is null
                ? new DiskFile(DiskKind.File, null, stamp, $"is over {fileBytesMax} bytes")
                : new DiskFile(DiskKind.File, new FileState(content, ModeOf(stamp.Mode)), stamp, null);
        }
        catch (UnauthorizedAccessException)
        {
            return new DiskFile(DiskKind.File, null, stamp, Unreadable);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return new DiskFile(DiskKind.Absent, null, default, null);
        }
        catch (IOException)
        {
            return new DiskFile(DiskKind.File, null, stamp, Unreadable);
        }
    }

    // What is opened is what is described: between the look and the opening the file may become another.
    private SafeFileHandle? OpenFile(string path, ref FileStamp stamp)
    {
        if (!OperatingSystem.IsLinux())
            return File.OpenHandle(FullPath(path));
        var descriptor = LinuxFiles.Open(FullPath(path));
        if (descriptor < 0)
            return LinuxFiles.IsAbsence(-descriptor) ? null : throw new UnauthorizedAccessException();
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (LinuxFiles.Stat(descriptor, out var raw) == 0 && KindOf(raw.Mode) == DiskKind.File)
        {
            stamp = StampOf(raw);
            return handle;
        }
        handle.Dispose();
        return null;
    }

    /// <summary>Null where the file is, or has grown, too large.</summary>
    private byte[]? ReadAll(SafeFileHandle handle, long size)
    {
        if (size > fileBytesMax)
            return null;
        var content = new byte[size];
        var read = 0;
        Span<byte> more = stackalloc byte[1];
        while (true)
        {
            if (read == content.Length)
            {
                // One more byte shows whether it grew since it was looked at.
                if (RandomAccess.Read(handle, more, read) == 0)
                    return content;
                if (read + 1 > fileBytesMax)
                    return null;
                Array.Resize(ref content, (int)Math.Min(fileBytesMax, Math.Max(4096, 2L * read)));
            }
            var count = RandomAccess.Read(handle, content.AsSpan(read), read);
            if (count == 0)
                return content[..read];
            read += count;
        }
    }
}
