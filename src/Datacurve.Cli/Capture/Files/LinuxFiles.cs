using System.Runtime.InteropServices;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// The calls of Linux that .NET does not offer: inotify, opening without following a link, and what a file
/// is to the nanosecond.
/// </summary>
internal static unsafe partial class LinuxFiles
{
    public const int NoSuchFile = 2;
    public const int NoSpace = 28;
    public const int NotAFolder = 20;
    public const int TooManyLinks = 40;

    /// <summary>The part of a mode that says what kind of file it is, and its value for a pipe.</summary>
    public const int TypeMask = 0xf000;
    public const int PipeType = 0x1000;

    private const int NameTooLong = 36;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int StatBytes = 256;

    // O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC: a pipe does not block, a link is not opened. The value
    // of O_NOFOLLOW differs between architectures.
    private static readonly int ReadFlags =
        0x800 | 0x80000 | (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000);

    /// <summary>
    /// Whether an error says that nothing is there. Any other, such as too many open files, says nothing of
    /// the kind.
    /// </summary>
    public static bool IsAbsence(int error) =>
        error is NoSuchFile or NotAFolder or TooManyLinks or NameTooLong;

    /// <summary>Opens for reading; a negative number is the error, negated.</summary>
    public static int Open(string path)
    {
        var descriptor = OpenFile(path, ReadFlags, 0);
        return descriptor >= 0 ? descriptor : -Marshal.GetLastPInvokeError();
    }

    /// <summary>What lies at a path, without following a link at its end; 0 or the error.</summary>
    public static int Stat(string path, out RawStat stat) => Stat(CurrentFolder, path, NoFollow, out stat);

    /// <summary>What an open file is.</summary>
    public static int Stat(int descriptor, out RawStat stat) => Stat(descriptor, "", EmptyPath, out stat);

    private static int Stat(int folder, string path, int flags, out RawStat stat)
    {
        stat = default;
        var buffer = stackalloc byte[StatBytes];
        if (Statx(folder, path, flags, BasicStats, buffer) != 0)
            return Marshal.GetLastPInvokeError();

        // Offsets of struct statx, the same on every architecture (statx(2)).
        stat = new RawStat(
            *(ushort*)(buffer + 28),
            *(ulong*)(buffer + 32),
            *(long*)(buffer + 40),
            Nanoseconds(buffer + 112),
            Nanoseconds(buffer + 96)
        );
        return 0;
    }

    private static long Nanoseconds(byte* timestamp) =>
        (*(long*)timestamp * 1_000_000_000) + *(uint*)(timestamp + 8);

    [LibraryImport(
        "libc",
        EntryPoint = "open",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport(
        "libc",
        EntryPoint = "statx",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int InotifyInit(int flags);

    [LibraryImport(
        "libc",
        EntryPoint = "inotify_add_watch",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    public static partial int InotifyAddWatch(int inotify, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    public static partial int InotifyRemoveWatch(int inotify, int watch);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}

/// <summary>Mode with file type, and times in nanoseconds since 1970.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RawStat(ushort Mode, ulong Inode, long Size, long ModifiedNs, long ChangedNs);
