using Datacurve.Cli.Capture.Files;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>A watch that hears nothing by itself: the test says what is heard, and when.</summary>
internal sealed class ToldWatch : IChangeWatch
{
    public ToldWatch() =>
        Setup = new CaptureSetup
        {
            Watch = (_, tell) =>
            {
                Tell = tell;
                return this;
            },
        };

    /// <summary>For a capture that listens to this.</summary>
    public CaptureSetup Setup { get; }
    public Action<ChangeHint> Tell { get; private set; } = _ => { };
    public bool HasRoom { get; init; } = true;

    public bool TryWatch(string folder) => HasRoom;

    public void Unwatch(string folder) { }

    public void Dispose() { }
}
