using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>
/// A developer at a terminal: a program runs on a pseudo-terminal of the test's own, the test types and
/// looks at what appears. Waits are for what appears, never for a time to pass.
/// </summary>
internal sealed class TypedTerminal : IDisposable
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);

    private readonly Pty _pty;
    private readonly Lock _lock = new();
    private readonly StringBuilder _screen = new();
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly TaskCompletionSource<int> _exit = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private int _seen;

    public TypedTerminal(
        string folder,
        IReadOnlyDictionary<string, string> environment,
        TerminalSize size,
        params string[] command
    )
    {
        _pty = Pty.Start(
            new PtyStart
            {
                File = "env",
                Arguments = ["-C", folder, .. command],
                Environment = environment,
                Size = size,
            }
        );
        new Thread(Read) { IsBackground = true }.Start();
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

    public void Type(string text) =>
        Assert.True(Descriptors.WriteAll(_pty.Master, Encoding.UTF8.GetBytes(text), stop: -1));

    public void Resize(TerminalSize size) => _pty.Resize(size);

    /// <summary>
    /// Waits until a text appears after what was waited for before, and returns what came before it.
    /// </summary>
    public async Task<string> WaitForAsync(string text)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            lock (_lock)
            {
                var screen = _screen.ToString(_seen, _screen.Length - _seen);
                var at = screen.IndexOf(text, StringComparison.Ordinal);
                if (at >= 0)
                {
                    _seen += at + text.Length;
                    return screen[..at];
                }
            }
            var left = WaitMax - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || !await HasNewsAsync(left))
                Assert.Fail($"'{text}' did not appear. The terminal shows: {Screen}");
        }
    }

    public Task<int> ExitAsync() => _exit.Task.WaitAsync(WaitMax, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _pty.Kill();
        _pty.Dispose();
    }

    private async Task<bool> HasNewsAsync(TimeSpan timeout)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken
        );
        wait.CancelAfter(timeout);
        try
        {
            await _news.Reader.ReadAsync(wait.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            return false;
        }
    }

    private void Read()
    {
        var buffer = new byte[64 << 10];
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[buffer.Length];
        for (int count; (count = Descriptors.ReadAvailable(_pty.Master, buffer)) >= 0; )
        {
            if (count == 0)
            {
                Descriptors.WaitForInput(_pty.Master, -1, -1);
                continue;
            }
            var length = decoder.GetChars(buffer.AsSpan(0, count), characters, flush: false);
            lock (_lock)
                _screen.Append(characters, 0, length);
            _news.Writer.TryWrite(true);
        }
        _news.Writer.Complete();
    }
}
