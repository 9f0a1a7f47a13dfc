namespace Datacurve.Cli.Spool;

/// <summary>The recording was paused, or goes on.</summary>
internal sealed class PauseChange(bool isPaused) : EventArgs
{
    public bool IsPaused { get; } = isPaused;
}

/// <summary>Something that the developer should know, in one sentence.</summary>
internal sealed class RecordingWarning(string sentence) : EventArgs
{
    public string Sentence { get; } = sentence;
}
