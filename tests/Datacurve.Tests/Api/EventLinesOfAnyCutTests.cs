using System.Diagnostics;
using System.Text;
using Datacurve.Server.Traces;
using Microsoft.AspNetCore.Http;

namespace Datacurve.Tests.Api;

/// <summary>Lines that come in pieces, as a network cuts them.</summary>
public sealed class EventLinesOfAnyCutTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Lines_are_the_same_however_they_are_cut(int pieceBytes)
    {
        var text = "one\r\n\n  two \n" + new string('x', 200_000) + "\n\nlast";

        var lines = await ReadAsync(text, pieceBytes, lineBytesMax: 1 << 20);

        Assert.Equal(["one", "two", new string('x', 200_000), "last"], lines);
    }

    [Fact]
    public async Task A_line_that_drips_costs_its_length_and_not_the_square_of_it()
    {
        const int Length = 4 << 20;
        var started = Stopwatch.StartNew();

        var lines = await ReadAsync(new string('x', Length), pieceBytes: 1, Length);

        Assert.Equal(Length, Assert.Single(lines).Length);
        // Looked at anew with each byte, it takes minutes.
        Assert.InRange(started.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public Task A_line_that_is_too_long_is_refused() =>
        Assert.ThrowsAsync<BadHttpRequestException>(() =>
            ReadAsync("short\n" + new string('x', 101) + "\n", pieceBytes: 10, lineBytesMax: 100)
        );

    private static async Task<List<string>> ReadAsync(string text, int pieceBytes, int lineBytesMax)
    {
        await using var body = new Pieces(Encoding.UTF8.GetBytes(text), pieceBytes);
        return await EventLines
            .ReadAsync(body, lineBytesMax, Ct)
            .Select(line => Encoding.UTF8.GetString(line.Span))
            .ToListAsync(Ct);
    }

    /// <summary>A stream that gives a few bytes at a time.</summary>
    private sealed class Pieces(byte[] content, int pieceBytes) : MemoryStream(content, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct = default) =>
            base.ReadAsync(buffer[..Math.Min(pieceBytes, buffer.Length)], ct);
    }
}
