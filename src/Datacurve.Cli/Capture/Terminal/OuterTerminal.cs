using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Datacurve.Cli.Commands;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// The developer's own terminal, from which a session is typed: put into raw mode while the session lasts,
/// so that every key goes to the shell within, and restored on every way out that a process can see.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed unsafe class OuterTerminal : IDisposable
{
    private const int Input = 0;
    private const int Output = 1;
    private const int StopMs = 100;

    private readonly byte[]? _original;
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _restored;

    public OuterTerminal()
    {
        var termios = new byte[PosixCalls.OpaqueBytes];
        fixed (byte* pointer = termios)
            if (PosixCalls.IsTerminal(Input) == 1 && PosixCalls.GetAttributes(Input, pointer) == 0)
                _original = termios;
    }

    /// <summary>Where keys come from; -1 where there is no standard input.</summary>
    public static int InputDescriptor => StandardInput.IsClosed ? -1 : Input;
    public static int OutputDescriptor => Output;

    /// <summary>
    /// Its line settings as they were, for the terminal within to start with; null without one.
    /// </summary>
    public byte[]? Attributes => _original;

    public static TerminalSize Size =>
        TerminalSize.Of(Output) ?? TerminalSize.Of(Input) ?? TerminalSize.Usual;

    /// <summary>
    /// Raw mode from here on. Sizes go to <paramref name="resized"/> as they change; a signal that would end
    /// this process goes to <paramref name="ended"/>, with its number, instead.
    /// </summary>
    public void Enter(Action<TerminalSize> resized, Action<int> ended)
    {
        EnterRawMode();
        AppDomain.CurrentDomain.UnhandledException += (_, _) => Restore();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Restore();
        On(PosixSignal.SIGWINCH, () => resized(Size));
        // Whoever stopped this process and let it go on may have changed the terminal meanwhile.
        On(
            PosixSignal.SIGCONT,
            () =>
            {
                EnterRawMode();
                resized(Size);
            }
        );
        On(PosixSignal.SIGHUP, () => ended(1));
        On(PosixSignal.SIGINT, () => ended(2));
        On(PosixSignal.SIGQUIT, () => ended(3));
        On(PosixSignal.SIGTERM, () => ended(15));
    }

    /// <summary>
    /// Stops this process, with all that was started as one job with it, as the stop key does, and returns
    /// when it goes on. Where no shell could let it go on, nothing stops.
    /// </summary>
    public void Stop()
    {
        if (_original is null)
            return;
        SetAttributes(_original);
        _ = PosixCalls.Kill(0, PosixNumbers.StopSignal);
        // The other threads stop a moment later than the call returns.
        Descriptors.WaitForInput(-1, -1, StopMs);
        EnterRawMode();
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        Restore();
    }

    private void EnterRawMode()
    {
        if (_original is null || Volatile.Read(ref _restored) != 0)
            return;
        var raw = _original.ToArray();
        fixed (byte* pointer = raw)
            PosixCalls.MakeRaw(pointer);
        SetAttributes(raw);
    }

    private void Restore()
    {
        if (_original is null || Interlocked.Exchange(ref _restored, 1) != 0)
            return;
        SetAttributes(_original);
    }

    private static void SetAttributes(byte[] attributes)
    {
        fixed (byte* pointer = attributes)
            _ = PosixCalls.SetAttributes(Input, PosixNumbers.AfterDrain, pointer);
    }

    private void On(PosixSignal signal, Action action) =>
        _signals.Add(
            PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = signal is not (PosixSignal.SIGWINCH or PosixSignal.SIGCONT);
                    action();
                }
            )
        );
}
