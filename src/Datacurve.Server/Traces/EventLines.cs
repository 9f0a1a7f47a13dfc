using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Datacurve.Server.Traces;

/// <summary>
/// Splits a stream into its lines. Each byte is looked at once, however few of them come at a time.
/// </summary>
internal static class EventLines
{
    private const int ReadBytes = 64 * 1024;

    /// <summary>The lines that hold something, without the space around them.</summary>
    /// <param name="body">Read to its end, not disposed.</param>
    /// <param name="lineBytesMax">More in one line is refused.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="BadHttpRequestException">A line is too long.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Stream body,
        int lineBytesMax,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var reader = PipeReader.Create(
            body,
            new StreamPipeReaderOptions(bufferSize: ReadBytes, leaveOpen: true)
        );
        // How much of what was read begins a line that does not end in it.
        var searched = 0L;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(ct);
                var buffer = read.Buffer;
                while (TryReadLine(ref buffer, searched, read.IsCompleted, out var line))
                {
                    searched = 0;
                    Bound(line.Length, lineBytesMax);
                    if (line.Length > 0)
                        yield return line;
                }

                searched = buffer.Length;
                Bound(searched, lineBytesMax);

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    yield break;
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static void Bound(long lineBytes, int lineBytesMax)
    {
        if (lineBytes > lineBytesMax)
            throw new BadHttpRequestException("A line is too long.", StatusCodes.Status413PayloadTooLarge);
    }

    private static bool TryReadLine(
        ref ReadOnlySequence<byte> buffer,
        long searched,
        bool last,
        out ReadOnlyMemory<byte> line
    )
    {
        var end = buffer.Slice(searched).PositionOf((byte)'\n');
        if (end is null && (!last || buffer.IsEmpty))
        {
            line = default;
            return false;
        }

        var slice = end is { } at ? buffer.Slice(0, at) : buffer;
        line = slice.ToArray().AsMemory().Trim("\r \t"u8);
        buffer = end is { } position
            ? buffer.Slice(buffer.GetPosition(1, position))
            : buffer.Slice(buffer.End);
        return true;
    }
}
