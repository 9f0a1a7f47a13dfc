namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// A stretch of a command's output on its way to disk. The terminal's thread fills it until either side
/// seals it; what is sealed does not change any more.
/// </summary>
internal sealed class OutputSegment(byte[] buffer, long offset, long tsMs, bool followsGap)
{
    /// <summary>The times of parts that were printed within so many milliseconds are one.</summary>
    private const long TimingStepMs = 20;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _sealed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(int At, long TsMs)> _timing = [(0, tsMs)];
    private bool _isSealed;

    public int Length { get; private set; }

    /// <summary>Where it begins in everything that the command printed.</summary>
    public long Offset => offset;

    /// <summary>Whether output before it was not kept.</summary>
    public bool FollowsGap => followsGap;

    /// <summary>Done once it is sealed.</summary>
    public Task Sealed => _sealed.Task;

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Length);

    /// <summary>When which byte and those after it were printed, in Unix milliseconds.</summary>
    public IReadOnlyList<(int At, long TsMs)> Timing => _timing;

    /// <summary>Adds what fits; 0 where it is full or sealed.</summary>
    public int Append(ReadOnlySpan<byte> bytes, long nowMs)
    {
        lock (_lock)
        {
            if (_isSealed)
                return 0;
            var count = Math.Min(bytes.Length, buffer.Length - Length);
            if (count > 0 && nowMs - _timing[^1].TsMs >= TimingStepMs)
                _timing.Add((Length, nowMs));
            bytes[..count].CopyTo(buffer.AsSpan(Length));
            Length += count;
            return count;
        }
    }

    public void Seal()
    {
        lock (_lock)
            _isSealed = true;
        _sealed.TrySetResult();
    }
}
