using System.Buffers;
using System.Text.Json;

namespace Datacurve.Server.Web;

/// <summary>
/// Elements that are JSON already, for an array which a writer has begun and will end. They go past the
/// writer, gathered to pieces that are worth sending, so that a long array costs little more than its bytes.
/// </summary>
internal sealed class RawElements
{
    private const int PieceBytes = 64 << 10;

    private readonly HttpResponse _response;
    private readonly ArrayBufferWriter<byte> _unsent = new(PieceBytes + (8 << 10));
    private bool _any;

    /// <param name="writer">It stands behind the array's opening bracket, and writes to the response.</param>
    /// <param name="response">Where the elements go.</param>
    public RawElements(Utf8JsonWriter writer, HttpResponse response)
    {
        // What the writer holds back comes first.
        writer.Flush();
        _response = response;
    }

    /// <summary>Adds one element, and sends where enough has come together.</summary>
    public ValueTask AddAsync(ReadOnlySpan<byte> json, CancellationToken ct)
    {
        if (_any)
            _unsent.Write(","u8);
        _any = true;
        _unsent.Write(json);
        return _unsent.WrittenCount < PieceBytes ? ValueTask.CompletedTask : EndAsync(ct);
    }

    /// <summary>Hands over what is left, before the writer goes on.</summary>
    public async ValueTask EndAsync(CancellationToken ct)
    {
        await _response.BodyWriter.WriteAsync(_unsent.WrittenMemory, ct);
        _unsent.ResetWrittenCount();
    }
}
