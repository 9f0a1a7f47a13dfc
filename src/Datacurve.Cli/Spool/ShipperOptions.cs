namespace Datacurve.Cli.Spool;

/// <summary>Every limit of how a recording is sent.</summary>
internal sealed record ShipperOptions
{
    /// <summary>One batch as JSON, at half of what the service takes as one body.</summary>
    public int BatchBytesMax { get; init; } = 4 << 20;

    /// <summary>The first pause after a failure; each further one may be twice as long.</summary>
    public TimeSpan PauseMin { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan PauseMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long failures in a row are borne before it is given up for this time.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>While recording: how often new events are looked for.</summary>
    public TimeSpan LiveInterval { get; init; } = TimeSpan.FromSeconds(2);
}
