using System.Runtime.InteropServices;

namespace Datacurve.Cli.Spool;

/// <summary>
/// Makes renames and deletions in a folder durable, in both programs. The framework cannot open a folder, so
/// the system is called directly.
/// </summary>
internal static partial class DirectorySync
{
    private const int OpenReadOnly = 0;

    /// <exception cref="IOException">The folder cannot be flushed.</exception>
    public static void Flush(string folder)
    {
        // Windows makes renames durable with the file and cannot flush a folder.
        if (OperatingSystem.IsWindows())
            return;

        var descriptor = Open(folder, OpenReadOnly);
        if (descriptor < 0)
            throw new IOException($"{folder} cannot be opened (error {Marshal.GetLastPInvokeError()})");
        try
        {
            if (Fsync(descriptor) != 0)
                throw new IOException($"{folder} cannot be flushed (error {Marshal.GetLastPInvokeError()})");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport(
        "libc",
        EntryPoint = "open",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
