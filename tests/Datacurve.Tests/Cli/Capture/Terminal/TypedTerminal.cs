using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Demo;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>
/// A developer at a terminal: a program runs on a pseudo-terminal of the test's own, the test types and
/// looks at what appears.
/// </summary>
internal sealed class TypedTerminal(
    string folder,
    IReadOnlyDictionary<string, string> environment,
    TerminalSize size,
    params string[] command
) : IDisposable
{
    private readonly ScriptedTerminal _terminal = new(
        folder,
        environment,
        size,
        command,
        TimeSpan.FromSeconds(60)
    );

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <inheritdoc cref="ScriptedTerminal.Screen"/>
    public string Screen => _terminal.Screen;
    public int ProcessId => _terminal.ProcessId;

    public void Type(string text) => _terminal.Type(text);

    public void Resize(TerminalSize changed) => _terminal.Resize(changed);

    /// <inheritdoc cref="ScriptedTerminal.WaitForAsync"/>
    public Task<string> WaitForAsync(string text) => _terminal.WaitForAsync(text, Ct);

    public Task<int> ExitAsync() => _terminal.ExitAsync(Ct);

    public void Dispose() => _terminal.Dispose();
}
