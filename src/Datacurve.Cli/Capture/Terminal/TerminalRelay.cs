namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// Copies bytes between the developer's terminal and the one within, untouched but for the marks of the
/// shell. Two threads do nothing else, since a shell that waits to print must not keep a key from reaching
/// it, and neither ever waits for the recording.
/// </summary>
internal sealed class TerminalRelay(
    Pty pty,
    int input,
    int output,
    MarkScanner scanner,
    CommandTracker tracker,
    KeysTyped typed,
    Action stopped
) : IMarkSink, IDisposable
{
    private const int BufferBytes = 64 << 10;
    private const byte EndOfInput = 0x04;

    /// <summary>Where the input has ended and the program has not, it is told again after this.</summary>
    private const int EndAgainMs = 250;

    /// <summary>
    /// Bytes that may be the beginning of a mark are held so long. A shell writes its marks at once; what
    /// lies so long alone is a program's own.
    /// </summary>
    private const int HoldMs = 100;

    /// <summary>
    /// After the program's end, what it printed last is awaited so long, and in all no longer than the
    /// second.
    /// </summary>
    private const int LastOutputMs = 50;
    private static readonly TimeSpan LastOutputMax = TimeSpan.FromSeconds(2);

    private readonly WakePipe _ended = new();
    private readonly TaskCompletionSource<int> _exit = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource _copied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _canPrint = true;

    /// <summary>Done when the program has ended and all it printed has been copied: its exit code.</summary>
    public async Task<int> RunAsync()
    {
        StartThread("wait for the shell", WaitForExit);
        StartThread("terminal output", CopyOutput);
        var typing = StartThread("terminal input", CopyInput);
        var exitCode = await _exit.Task;
        await _copied.Task;
        typing.Join();
        tracker.Finish(exitCode);
        return exitCode;
    }

    public void Text(ReadOnlySpan<byte> bytes)
    {
        // Who takes nothing any more is gone. Of a terminal the program has its hang-up, of a pipe nobody
        // tells it. It may still have much to say.
        if (_canPrint && !Descriptors.WriteAll(output, bytes, stop: -1))
        {
            _canPrint = false;
            pty.HangUp();
        }
        tracker.Print(bytes);
    }

    public void Mark(ShellMark mark) => tracker.Mark(mark);

    public void Dispose() => _ended.Dispose();

    private static Thread StartThread(string name, Action run)
    {
        var thread = new Thread(() => run()) { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }

    private void WaitForExit()
    {
        var exitCode = pty.WaitForExit(stopped);
        _ended.Wake();
        _exit.SetResult(exitCode);
    }

    private void CopyOutput()
    {
        try
        {
            var buffer = new byte[BufferBytes];
            while (CopyOutputUntilIdle(buffer) && !WaitForOutput()) { }
            CopyLastOutput(buffer);
            scanner.Release(this);
            _copied.SetResult();
        }
        catch (Exception e)
        {
            // The recorder's fault, not the developer's: the session ends with a message, not in silence.
            pty.HangUp();
            _copied.SetException(e);
        }
    }

    /// <summary>False at the end of the terminal.</summary>
    private bool CopyOutputUntilIdle(byte[] buffer)
    {
        while (true)
        {
            var count = Descriptors.ReadAvailable(pty.Master, buffer);
            if (count <= 0)
                return count == 0;
            scanner.Scan(buffer.AsSpan(0, count), this);
        }
    }

    /// <summary>Waits for more output; true where the program has ended instead.</summary>
    private bool WaitForOutput()
    {
        while (true)
        {
            var timeout = scanner.HoldsOutput ? HoldMs : -1;
            var (hasOutput, hasEnded) = Descriptors.WaitForInput(pty.Master, _ended.ReadEnd, timeout);
            if (hasOutput || hasEnded)
                return hasEnded;
            if (scanner.HoldsOutput)
                scanner.Release(this);
        }
    }

    // The kernel hands on what was printed a moment after it was.
    private void CopyLastOutput(byte[] buffer)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (CopyOutputUntilIdle(buffer) && TimeProvider.System.GetElapsedTime(since) < LastOutputMax)
            if (Descriptors.WaitForInput(pty.Master, -1, LastOutputMs) is (false, _))
                return;
    }

    // As at the end of a file that is typed in: the shell decides what it means. One comes to nothing where
    // nobody reads yet, or where it ends what another program reads. A line editor takes none before a line
    // is entered.
    private void TypeEndOfInput(bool isLineOpen)
    {
        if (isLineOpen)
            Descriptors.WriteAll(pty.Master, "\n"u8, _ended.ReadEnd);
        do Descriptors.WriteAll(pty.Master, [EndOfInput], _ended.ReadEnd);
        while (Descriptors.WaitForInput(-1, _ended.ReadEnd, EndAgainMs) is (_, false));
    }

    private void CopyInput()
    {
        var buffer = new byte[BufferBytes];
        var isLineOpen = false;
        // Without a standard input its end is all that there is to type.
        if (input < 0)
            TypeEndOfInput(isLineOpen);
        while (input >= 0)
        {
            var (hasInput, hasEnded) = Descriptors.WaitForInput(input, _ended.ReadEnd, -1);
            if (hasEnded)
                return;
            if (!hasInput)
                continue;
            var count = Descriptors.Read(input, buffer);
            if (count <= 0)
            {
                TypeEndOfInput(isLineOpen);
                return;
            }
            isLineOpen = buffer[count - 1] is not ((byte)'\n' or (byte)'\r' or EndOfInput);
            typed(buffer.AsSpan(0, count));
            if (!Descriptors.WriteAll(pty.Master, buffer.AsSpan(0, count), _ended.ReadEnd))
                return;
            buffer.AsSpan(0, count).Clear();
        }
    }
}
