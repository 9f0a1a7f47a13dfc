using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Cli.Demo;

/// <summary>
/// A program on a terminal of its own at which a script types, and whose screen it reads. Waits are for what
/// appears, never for a time to pass.
/// </summary>
internal sealed class ScriptedTerminal : IDisposable
{
    private const int ScreenCharsShown = 1000;

    private readonly Pty _pty;
    private readonly WakePipe _disposed = new();
    private readonly Thread _reader;
    private readonly TimeSpan _patience;
    private readonly Lock _lock = new();
    private readonly StringBuilder _screen = new();
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly TaskCompletionSource<int> _exit = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private int _seen;

    /// <param name="folder">Where the program starts.</param>
    /// <param name="environment">All of its environment.</param>
    /// <param name="size">Of the terminal.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="patience">How long one thing is waited for.</param>
    /// <exception cref="DemoException">There is no terminal to be had.</exception>
    public ScriptedTerminal(
        string folder,
        IReadOnlyDictionary<string, string> environment,
        TerminalSize size,
        IReadOnlyList<string> command,
        TimeSpan patience
    )
    {
        _patience = patience;
        try
        {
            _pty = Pty.Start(
                new PtyStart
                {
                    File = "sh",
                    Arguments = ["-c", "cd -- \"$0\" && exec \"$@\"", folder, .. command],
                    Environment = environment,
                    Size = size,
                }
            );
        }
        catch (Win32Exception e)
        {
            throw new DemoException($"No terminal can be had here: {e.Message}", e);
        }
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
        new Thread(() => _exit.SetResult(_pty.WaitForExit())) { IsBackground = true }.Start();
    }

    /// <summary>Everything that has appeared, controls and all.</summary>
    public string Screen
    {
        get
        {
            lock (_lock)
                return _screen.ToString();
        }
    }

    public int ProcessId => _pty.ProcessId;

    /// <exception cref="DemoException">The terminal is gone.</exception>
    public void Type(string text)
    {
        if (!Descriptors.WriteAll(_pty.Master, Encoding.UTF8.GetBytes(text), stop: -1))
            throw Failure("The terminal takes no more keys.");
    }

    public void Resize(TerminalSize size) => _pty.Resize(size);

    /// <summary>
    /// Waits until a text appears after what was waited for before, and returns what came before it.
    /// </summary>
    /// <exception cref="DemoException">It does not; the message shows the end of the screen.</exception>
    public async Task<string> WaitForAsync(string text, CancellationToken ct) =>
        (await WaitForAnyAsync([text], ct)).Before;

    /// <summary>Waits for whichever text appears first, and says which.</summary>
    /// <exception cref="DemoException">None does; the message shows the end of the screen.</exception>
    public async Task<(string Before, string Found)> WaitForAnyAsync(
        IReadOnlyList<string> texts,
        CancellationToken ct
    )
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (Find(texts) is { } found)
                return found;
            var left = _patience - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || !await HasNewsAsync(left, ct))
                throw Failure($"'{string.Join("' or '", texts)}' did not appear.");
        }
    }

    /// <summary>The exit code, once the program has ended.</summary>
    /// <exception cref="TimeoutException">It does not end.</exception>
    public Task<int> ExitAsync(CancellationToken ct) => _exit.Task.WaitAsync(_patience, ct);

    /// <summary>Tells the program that its terminal is gone, as a closed window does.</summary>
    public void HangUp() => _pty.HangUp();

    /// <summary>
    /// Kills what still runs. Nothing is read from then on: the next terminal gets this one's descriptor.
    /// </summary>
    public void Dispose()
    {
        _pty.Kill();
        _disposed.Wake();
        _reader.Join();
        _pty.Dispose();
        _disposed.Dispose();
    }

    private (string Before, string Found)? Find(IReadOnlyList<string> texts)
    {
        lock (_lock)
        {
            var screen = _screen.ToString(_seen, _screen.Length - _seen);
            var first = texts
                .Select(text => (Text: text, At: screen.IndexOf(text, StringComparison.Ordinal)))
                .Where(found => found.At >= 0)
                .OrderBy(found => found.At)
                .FirstOrDefault();
            if (first.Text is null)
                return null;
            _seen += first.At + first.Text.Length;
            return (screen[..first.At], first.Text);
        }
    }

    private DemoException Failure(string what)
    {
        var screen = Screen;
        return new DemoException(
            $"{what} The terminal shows: {screen[Math.Max(0, screen.Length - ScreenCharsShown)..]}"
        );
    }

    private async Task<bool> HasNewsAsync(TimeSpan timeout, CancellationToken ct)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(ct);
        wait.CancelAfter(timeout);
        try
        {
            await _news.Reader.ReadAsync(wait.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            ct.ThrowIfCancellationRequested();
            return false;
        }
    }

    private void Read()
    {
        var buffer = new byte[64 << 10];
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[buffer.Length];
        while (Descriptors.WaitForInput(_pty.Master, _disposed.ReadEnd, -1) is (_, false))
        {
            var count = Descriptors.ReadAvailable(_pty.Master, buffer);
            if (count < 0)
                break;
            var length = decoder.GetChars(buffer.AsSpan(0, count), characters, flush: false);
            lock (_lock)
                _screen.Append(characters, 0, length);
            _news.Writer.TryWrite(true);
        }
        _news.Writer.Complete();
    }
}
