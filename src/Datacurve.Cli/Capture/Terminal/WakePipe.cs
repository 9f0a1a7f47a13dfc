namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// A pipe that becomes readable once, and stays it: how threads that wait in poll are told to stop.
/// </summary>
internal sealed unsafe class WakePipe : IDisposable
{
    private readonly int _write;
    private int _woken;

    public WakePipe()
    {
        var fds = stackalloc int[2];
        if (PosixCalls.Pipe(fds) != 0)
            throw Descriptors.Failure("pipe");
        (ReadEnd, _write) = (fds[0], fds[1]);
        Descriptors.SetCloseOnExec(ReadEnd);
        Descriptors.SetCloseOnExec(_write);
    }

    public int ReadEnd { get; }

    public void Wake()
    {
        byte one = 1;
        if (Interlocked.Exchange(ref _woken, 1) == 0)
            _ = PosixCalls.Write(_write, &one, 1);
    }

    public void Dispose()
    {
        _ = PosixCalls.Close(ReadEnd);
        _ = PosixCalls.Close(_write);
    }
}
