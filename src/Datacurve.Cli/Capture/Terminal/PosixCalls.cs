using System.Runtime.InteropServices;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// The calls of the C library that .NET has no form of. Structures are passed as opaque buffers that are
/// larger than any system's, and filled in by the library's own functions, so that no layout stands here.
/// </summary>
internal static unsafe partial class PosixCalls
{
    /// <summary>
    /// Larger than termios, sigset_t, posix_spawnattr_t and file actions of glibc, musl and macOS.
    /// </summary>
    public const int OpaqueBytes = 512;

    private const string C = "libc";

    [LibraryImport(C, EntryPoint = "posix_openpt", SetLastError = true)]
    public static partial int OpenPty(int flags);

    [LibraryImport(C, EntryPoint = "grantpt", SetLastError = true)]
    public static partial int Grant(int master);

    [LibraryImport(C, EntryPoint = "unlockpt", SetLastError = true)]
    public static partial int Unlock(int master);

    [LibraryImport(C, EntryPoint = "ptsname")]
    public static partial byte* SlaveName(int master);

    [LibraryImport(C, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(C, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport(C, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport(C, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* buffer, nuint count);

    [LibraryImport(C, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollFd* fds, nuint count, int timeoutMs);

    [LibraryImport(C, EntryPoint = "pipe", SetLastError = true)]
    public static partial int Pipe(int* fds);

    [LibraryImport(C, EntryPoint = "isatty")]
    public static partial int IsTerminal(int fd);

    [LibraryImport(C, EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int fd, byte* termios);

    [LibraryImport(C, EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int fd, int when, byte* termios);

    [LibraryImport(C, EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(byte* termios);

    [LibraryImport(C, EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int pid, int* status, int options);

    [LibraryImport(C, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport(C, EntryPoint = "sigfillset")]
    public static partial int FillSignals(byte* set);

    [LibraryImport(C, EntryPoint = "sigemptyset")]
    public static partial int EmptySignals(byte* set);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_init")]
    public static partial int InitAttributes(byte* attributes);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_destroy")]
    public static partial int DestroyAttributes(byte* attributes);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetSpawnFlags(byte* attributes, short flags);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaultSignals(byte* attributes, byte* set);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int SetSignalMask(byte* attributes, byte* set);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitFileActions(byte* actions);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyFileActions(byte* actions);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_addopen")]
    public static partial int AddOpen(byte* actions, int fd, byte* path, int flags, uint mode);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDup(byte* actions, int fd, int newFd);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    public static partial int AddChdir(byte* actions, byte* path);

    [LibraryImport(C, EntryPoint = "posix_spawnp")]
    public static partial int Spawn(
        int* pid,
        byte* file,
        byte* actions,
        byte* attributes,
        byte** argv,
        byte** envp
    );

    /// <summary>
    /// ioctl with a pointer, and fcntl with a number, are variadic: see the two callers below.
    /// </summary>
    [LibraryImport(C, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoctlInRegisters(int fd, nuint request, nint argument);

    [LibraryImport(C, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoctlOnStack(
        int fd,
        nuint request,
        nint r2,
        nint r3,
        nint r4,
        nint r5,
        nint r6,
        nint r7,
        nint argument
    );

    [LibraryImport(C, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FcntlInRegisters(int fd, int command, nint argument);

    [LibraryImport(C, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FcntlOnStack(
        int fd,
        int command,
        nint r2,
        nint r3,
        nint r4,
        nint r5,
        nint r6,
        nint r7,
        nint argument
    );

    // Apple's arm64 puts variadic arguments on the stack; six arguments before it fill the registers.
    private static bool VariadicOnStack =>
        OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static int Ioctl(int fd, nuint request, void* argument) =>
        VariadicOnStack
            ? IoctlOnStack(fd, request, 0, 0, 0, 0, 0, 0, (nint)argument)
            : IoctlInRegisters(fd, request, (nint)argument);

    public static int Fcntl(int fd, int command, int argument) =>
        VariadicOnStack
            ? FcntlOnStack(fd, command, 0, 0, 0, 0, 0, 0, argument)
            : FcntlInRegisters(fd, command, argument);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }
}
