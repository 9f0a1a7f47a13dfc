namespace Datacurve.Cli.Rendering;

/// <summary>
/// One line on the error output that is written over and over, and gone at the end. Nothing where that is no
/// terminal.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private readonly bool _isShown = !Console.IsErrorRedirected;
    private readonly StreamWriter _errors = new(StandardStream.Errors) { AutoFlush = true };
    private bool _isThere;

    public void Show(string text)
    {
        if (!_isShown)
            return;
        _errors.Write($"\r\e[K{InertText.Line(text, 100)}");
        _isThere = true;
    }

    public void Dispose()
    {
        if (_isThere)
            _errors.Write("\r\e[K");
    }
}
