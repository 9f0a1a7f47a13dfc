using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>Reads and writes on raw file descriptors, for threads that do nothing else.</summary>
internal static unsafe class Descriptors
{
    /// <summary>
    /// Reads once what is there, without waiting: the descriptor is non-blocking. A terminal gives at most a
    /// few KiB; whoever reads on before it has written them on meets the program's own writes at the
    /// terminal's lock, which costs a flood of output a quarter of its speed.
    /// </summary>
    /// <returns>How many bytes; 0 where nothing is there yet, -1 at the end.</returns>
    public static int ReadAvailable(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            while (true)
            {
                var count = PosixCalls.Read(fd, start, (nuint)buffer.Length);
                if (count > 0)
                    return (int)count;
                var error = count < 0 ? Marshal.GetLastPInvokeError() : PosixNumbers.ErrorIo;
                if (error != PosixNumbers.ErrorInterrupted)
                    return error == PosixNumbers.ErrorAgain ? 0 : -1;
            }
    }

    /// <summary>Waits for bytes and reads them: 0 or less at the end or on an error.</summary>
    public static int Read(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            while (true)
            {
                var count = PosixCalls.Read(fd, start, (nuint)buffer.Length);
                if (count >= 0 || Marshal.GetLastPInvokeError() != PosixNumbers.ErrorInterrupted)
                    return (int)count;
            }
    }

    /// <summary>
    /// Writes everything, waiting where the descriptor takes no more; false where it takes nothing any more,
    /// or where <paramref name="stop"/> became readable meanwhile.
    /// </summary>
    public static bool WriteAll(int fd, ReadOnlySpan<byte> bytes, int stop)
    {
        fixed (byte* start = bytes)
        {
            var written = 0;
            while (written < bytes.Length)
            {
                var count = PosixCalls.Write(fd, start + written, (nuint)(bytes.Length - written));
                if (count >= 0)
                {
                    written += (int)count;
                    continue;
                }
                var error = Marshal.GetLastPInvokeError();
                if (error == PosixNumbers.ErrorAgain && !WaitForRoom(fd, stop))
                    return false;
                if (error != PosixNumbers.ErrorAgain && error != PosixNumbers.ErrorInterrupted)
                    return false;
            }
        }
        return true;
    }

    /// <summary>
    /// Waits until one of two descriptors can be read, or for a time; -1 waits for ever.
    /// </summary>
    public static (bool First, bool Second) WaitForInput(int first, int second, int timeoutMs)
    {
        var fds = stackalloc PosixCalls.PollFd[2];
        fds[0] = new PosixCalls.PollFd { Fd = first, Events = PosixNumbers.PollIn };
        fds[1] = new PosixCalls.PollFd { Fd = second, Events = PosixNumbers.PollIn };
        return PosixCalls.Poll(fds, 2, timeoutMs) <= 0
            ? (false, false)
            : (fds[0].Returned != 0, fds[1].Returned != 0);
    }

    public static void SetNonBlocking(int fd)
    {
        var flags = PosixCalls.Fcntl(fd, PosixNumbers.GetStatusFlags, 0);
        if (PosixCalls.Fcntl(fd, PosixNumbers.SetStatusFlags, flags | PosixNumbers.NonBlocking) < 0)
            throw Failure("fcntl");
    }

    public static void SetCloseOnExec(int fd)
    {
        if (PosixCalls.Fcntl(fd, PosixNumbers.SetDescriptorFlags, PosixNumbers.CloseOnExec) < 0)
            throw Failure("fcntl");
    }

    /// <summary>The exception for the call that has just failed.</summary>
    public static Win32Exception Failure(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        return new Win32Exception(error, $"{call}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private static bool WaitForRoom(int fd, int stop)
    {
        var fds = stackalloc PosixCalls.PollFd[2];
        fds[0] = new PosixCalls.PollFd { Fd = fd, Events = PosixNumbers.PollOut };
        fds[1] = new PosixCalls.PollFd { Fd = stop, Events = PosixNumbers.PollIn };
        _ = PosixCalls.Poll(fds, 2, -1);
        return fds[1].Returned == 0;
    }
}
