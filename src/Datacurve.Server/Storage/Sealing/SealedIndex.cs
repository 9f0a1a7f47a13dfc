using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datacurve.Server.Storage.Sealing;

/// <summary>One chunk of a sealed trace: a Zstandard frame that is decompressed by itself.</summary>
/// <param name="Offset">Where its frame begins in the blob.</param>
/// <param name="Length">The frame's bytes.</param>
/// <param name="Bytes">What they decompress to.</param>
/// <param name="FirstSeq">The seq of its first event.</param>
/// <param name="LastSeq">The seq of its last event.</param>
internal sealed record SealedChunk(long Offset, int Length, int Bytes, long FirstSeq, long LastSeq);

/// <summary>
/// What a sealed trace holds and where. It is the last frame of the blob, one that decompressors skip: the
/// JSON of this record, its length in four bytes and four bytes that say what it is, little endian.
/// </summary>
internal sealed record SealedIndex
{
    public const int VersionNow = 1;

    // One of the numbers that Zstandard leaves to applications: whoever does not know it skips the frame.
    private const uint SkippableFrame = 0x184D2A5D;
    private const uint Mark = 0x31435344;
    private const int HeadLength = 8;
    private const int TailLength = 8;
    private const int LengthMax = 256 << 20;

    public int Version { get; init; } = VersionNow;
    public required string TraceId { get; init; }

    /// <summary>How many events there are.</summary>
    public required long Events { get; init; }

    /// <summary>The chain's head, in hex.</summary>
    public required string ChainHead { get; init; }
    public required IReadOnlyList<SealedChunk> Chunks { get; init; }

    /// <summary>The frame as it stands in the blob.</summary>
    public byte[] ToFrame()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, SealedJson.Default.SealedIndex);
        var frame = new byte[HeadLength + json.Length + TailLength];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, SkippableFrame);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), json.Length + TailLength);
        json.CopyTo(frame, HeadLength);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(HeadLength + json.Length), json.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(HeadLength + json.Length + 4), Mark);
        return frame;
    }

    /// <exception cref="SealedTraceException">The blob is no sealed trace, or of a newer version.</exception>
    public static async Task<SealedIndex> ReadAsync(Stream blob, CancellationToken ct)
    {
        var tail = new byte[TailLength];
        if (blob.Length < HeadLength + TailLength)
            throw new SealedTraceException("it is too short for an index");
        blob.Position = blob.Length - TailLength;
        await blob.ReadExactlyAsync(tail, ct);
        var length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(4)) != Mark)
            throw new SealedTraceException("it does not end with an index");
        if (length is < 0 or > LengthMax || length + HeadLength + TailLength > blob.Length)
            throw new SealedTraceException("its index has no possible length");

        var json = new byte[length];
        blob.Position = blob.Length - TailLength - length;
        await blob.ReadExactlyAsync(json, ct);
        var index = Parse(json);
        return index.Version == VersionNow
            ? index
            : throw new SealedTraceException($"its version {index.Version} is not known here");
    }

    private static SealedIndex Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, SealedJson.Default.SealedIndex)
                ?? throw new SealedTraceException("its index is null");
        }
        catch (JsonException exception)
        {
            throw new SealedTraceException($"its index cannot be read: {exception.Message}");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SealedIndex))]
internal sealed partial class SealedJson : JsonSerializerContext;

/// <summary>A blob that should be a sealed trace is none; its hash was right.</summary>
internal sealed class SealedTraceException(string reason)
    : Exception($"The sealed trace is unreadable: {reason}");
