using System.Runtime.InteropServices;

namespace Datacurve.Cli.Spool;

/// <summary>Files and folders that only their owner can read, and that survive a loss of power.</summary>
internal static partial class DurableFile
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;

    /// <summary>Makes the folder, and those above it that are missing, for its owner alone (0700).</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        // The framework gives the mode to the last folder alone.
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
            CreateFolder(parent);
        Directory.CreateDirectory(path, OwnFolder);
    }

    /// <summary>Opens a file that, where it is made, only its owner can read (0600).</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = access,
            Share = share,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows() && mode is not System.IO.FileMode.Open)
            options.UnixCreateMode = OwnFile;
        return new FileStream(path, options);
    }

    /// <summary>Puts the content in place of the file, whole or not at all, and flushes it.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content, bool isFlushed = true)
    {
        var next = path + ".next";
        using (var file = Open(next, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            file.Write(content);
            if (isFlushed)
                file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
        if (isFlushed)
            DirectorySync.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Gives a file a second name; false where the disk has no such thing.</summary>
    public static bool TryLink(string path, string name) =>
        !OperatingSystem.IsWindows() && Link(path, name) == 0;

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string name);
}
