using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>What is to run on a new terminal.</summary>
internal sealed record PtyStart
{
    /// <summary>A path, or a name to look up in PATH.</summary>
    public required string File { get; init; }

    /// <summary>Without the program's own name.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }
    public required IReadOnlyDictionary<string, string> Environment { get; init; }
    public required TerminalSize Size { get; init; }

    /// <summary>
    /// The line settings (termios) that the terminal starts with; the system's where null.
    /// </summary>
    public byte[]? Attributes { get; init; }
}

/// <summary>
/// A pseudo-terminal with a program on it, which leads a session of its own and has the terminal as its
/// controlling one. <see cref="Master"/> is our end, non-blocking.
/// </summary>
/// <remarks>
/// .NET has no form of this, and fork is not safe in a process that has threads. posix_spawn makes the
/// session before it opens the slave as standard input, and a session's leader that opens a terminal gets
/// it for its own: Linux and macOS both hold to that.
/// </remarks>
internal sealed unsafe class Pty : IDisposable
{
    private static readonly Lock Names = new();

    private int _exited;

    private Pty(int master, int processId)
    {
        Master = master;
        ProcessId = processId;
    }

    public int Master { get; }
    public int ProcessId { get; }

    /// <exception cref="Win32Exception">There is no such program, or no terminal to be had.</exception>
    public static Pty Start(PtyStart start)
    {
        var master = PosixCalls.OpenPty(PosixNumbers.ReadWrite | PosixNumbers.NoControllingTerminal);
        if (master < 0)
            throw Descriptors.Failure("posix_openpt");
        try
        {
            Descriptors.SetCloseOnExec(master);
            if (PosixCalls.Grant(master) != 0 || PosixCalls.Unlock(master) != 0)
                throw Descriptors.Failure("unlockpt");
            start.Size.SetOn(master);
            if (start.Attributes is { } attributes)
                fixed (byte* termios = attributes)
                    _ = PosixCalls.SetAttributes(master, PosixNumbers.AfterDrain, termios);
            var processId = Spawn(start, SlaveName(master));
            Descriptors.SetNonBlocking(master);
            return new Pty(master, processId);
        }
        catch
        {
            _ = PosixCalls.Close(master);
            throw;
        }
    }

    public void Resize(TerminalSize size) => size.SetOn(Master);

    /// <summary>
    /// Waits until the program has ended: its exit code, or 128 and the number of the signal that ended it,
    /// as shells have it. Where it stops itself, as a shell by <c>suspend</c>, it goes on when
    /// <paramref name="stopped"/> returns. Called once.
    /// </summary>
    public int WaitForExit(Action? stopped = null)
    {
        var status = 0;
        while (true)
            if (PosixCalls.WaitPid(ProcessId, &status, PosixNumbers.WaitForStopped) < 0)
            {
                if (Marshal.GetLastPInvokeError() != PosixNumbers.ErrorInterrupted)
                    break;
            }
            else if ((status & 0xff) == PosixNumbers.IsStopped)
            {
                stopped?.Invoke();
                Signal(PosixNumbers.ContinueSignal);
            }
            else
                break;
        Volatile.Write(ref _exited, 1);
        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    /// <summary>
    /// Tells the program and its children that the terminal is gone, as a closed window does.
    /// </summary>
    public void HangUp() => Signal(PosixNumbers.HangUpSignal);

    public void Kill() => Signal(PosixNumbers.KillSignal);

    /// <summary>Closes our end; who is still on the terminal is hung up on by the kernel.</summary>
    public void Dispose() => _ = PosixCalls.Close(Master);

    // The leader's own id is its group's; after it has been waited for, the number may be another's.
    private void Signal(int signal)
    {
        if (Volatile.Read(ref _exited) == 0)
            _ = PosixCalls.Kill(-ProcessId, signal);
    }

    // The library answers in a buffer of its own, the same for every thread.
    private static string SlaveName(int master)
    {
        lock (Names)
            return Marshal.PtrToStringUTF8((nint)PosixCalls.SlaveName(master))
                ?? throw Descriptors.Failure("ptsname");
    }

    private static int Spawn(PtyStart start, string slave)
    {
        using var strings = new NativeStrings();
        var file = strings.Add(start.File);
        var argv = strings.Array([start.File, .. start.Arguments]);
        var envp = strings.Array(start.Environment.Select(variable => $"{variable.Key}={variable.Value}"));
        var actions = stackalloc byte[PosixCalls.OpaqueBytes];
        var attributes = stackalloc byte[PosixCalls.OpaqueBytes];
        var signals = stackalloc byte[PosixCalls.OpaqueBytes];
        Check(PosixCalls.InitFileActions(actions));
        Check(PosixCalls.InitAttributes(attributes));
        try
        {
            Check(PosixCalls.AddOpen(actions, 0, strings.Add(slave), PosixNumbers.ReadWrite, 0));
            Check(PosixCalls.AddDup(actions, 0, 1));
            Check(PosixCalls.AddDup(actions, 0, 2));
            Check(PosixCalls.SetSpawnFlags(attributes, PosixNumbers.SpawnFlags));
            // .NET ignores SIGPIPE, and a shell would hand that on to every command.
            _ = PosixCalls.FillSignals(signals);
            Check(PosixCalls.SetDefaultSignals(attributes, signals));
            _ = PosixCalls.EmptySignals(signals);
            Check(PosixCalls.SetSignalMask(attributes, signals));
            int processId;
            Check(PosixCalls.Spawn(&processId, file, actions, attributes, argv, envp));
            return processId;
        }
        finally
        {
            _ = PosixCalls.DestroyFileActions(actions);
            _ = PosixCalls.DestroyAttributes(attributes);
        }
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new Win32Exception(error, Marshal.GetPInvokeErrorMessage(error));
    }

    private sealed class NativeStrings : IDisposable
    {
        private readonly List<nint> _allocated = [];

        public byte* Add(string text)
        {
            var length = Encoding.UTF8.GetByteCount(text);
            var bytes = (byte*)NativeMemory.Alloc((nuint)length + 1);
            _allocated.Add((nint)bytes);
            Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, length));
            bytes[length] = 0;
            return bytes;
        }

        public byte** Array(IEnumerable<string> texts)
        {
            var pointers = texts.Select(text => (nint)Add(text)).ToList();
            var array = (byte**)NativeMemory.Alloc((nuint)(pointers.Count + 1), (nuint)sizeof(byte*));
            _allocated.Add((nint)array);
            for (var i = 0; i < pointers.Count; i++)
                array[i] = (byte*)pointers[i];
            array[pointers.Count] = null;
            return array;
        }

        public void Dispose()
        {
            foreach (var pointer in _allocated)
                NativeMemory.Free((void*)pointer);
        }
    }
}
