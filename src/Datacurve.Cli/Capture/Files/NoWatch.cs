namespace Datacurve.Cli.Capture.Files;

/// <summary>Where the system lets nothing be watched: changes are found by looking alone.</summary>
internal sealed class NoWatch : IChangeWatch
{
    public bool TryWatch(string folder) => false;

    public void Unwatch(string folder) { }

    public void Dispose() { }
}
