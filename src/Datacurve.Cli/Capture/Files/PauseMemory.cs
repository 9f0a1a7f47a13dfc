using Datacurve.Cli.Spool;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Remembers that a recording was paused, also where it goes on again before anybody looked: what was done
/// meanwhile was not observed.
/// </summary>
internal sealed class PauseMemory : IDisposable
{
    private readonly Recording _recording;
    private volatile bool _wasPaused;

    public PauseMemory(Recording recording)
    {
        _recording = recording;
        _recording.PauseChanged += Remember;
    }

    /// <summary>Whether it is paused, or was since this was last forgotten.</summary>
    public bool IsOrWasPaused => _wasPaused || _recording.IsPaused;

    /// <summary>To be called before the look that finds what was done meanwhile.</summary>
    public void Forget() => _wasPaused = false;

    public void Dispose() => _recording.PauseChanged -= Remember;

    private void Remember(object? sender, PauseChange change) => _wasPaused |= change.IsPaused;
}
