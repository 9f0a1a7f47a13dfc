namespace Datacurve.Cli.Spool;

/// <summary>A recording cannot be made, found, opened or written; the message says what to do.</summary>
internal class RecordingException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process holds the recording or its repository.</summary>
internal sealed class RecordingHeldException(string message, Holder? holder) : RecordingException(message)
{
    /// <summary>Who holds it, where that could be read.</summary>
    public Holder? Holder { get; } = holder;
}
