using System.Security.Cryptography;
using Datacurve.Core;
using Datacurve.Server.Originals;

namespace Datacurve.Tests.Originals;

/// <summary>The bytes of a sealed original: what goes in comes out, and nothing else does.</summary>
public sealed class OriginalFormatTests
{
    private const int Chunk = OriginalFormat.ChunkBytes;
    private const int SealedChunk = OriginalFormat.SealedChunkBytes;
    private const int Header = OriginalFormat.HeaderBytes;

    private static readonly byte[] Context = "of this"u8.ToArray();
    private readonly RawKey _key = NewKey();

    /// <summary>Lengths around the borders of chunks.</summary>
    public static TheoryData<int> Lengths =>
        [0, 1, 1000, Chunk - 1, Chunk, Chunk + 1, (2 * Chunk) - 1, 2 * Chunk, (2 * Chunk) + 1, 300_000];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal static RawKey NewKey() => new(RandomNumberGenerator.GetBytes(RawKey.KeyBytes));

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task Content_comes_back_byte_for_byte_and_from_any_place(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);

        var stored = OriginalWriter.Seal(_key, Context, content);

        Assert.Equal(content, await OpenAsync(stored));
        Assert.Equal(length, OriginalFormat.ContentLength(stored.Length));
        await using var original = await StreamAsync(stored);
        await original.VerifyAsync(BlobId.Of(content), Ct);
        foreach (var from in (int[])[length / 2, length / 3, Math.Max(0, length - 1), 0])
        {
            original.Position = from;
            var rest = new byte[length - from];
            await original.ReadExactlyAsync(rest, Ct);
            Assert.Equal(content[from..], rest);
        }
    }

    [Fact]
    public async Task What_is_written_in_pieces_is_what_is_written_at_once()
    {
        var content = RandomNumberGenerator.GetBytes((3 * Chunk) + 5);
        using var writer = new OriginalWriter(_key, Context, () => new MemoryStream());
        for (int at = 0, step = 1; at < content.Length; at += step, step = (step * 3 % 70_001) + 1)
            writer.Write(content.AsSpan(at, Math.Min(step, content.Length - at)));

        using var stored = (MemoryStream)writer.Finish();

        Assert.Equal(content, await OpenAsync(stored.ToArray()));
    }

    [Fact]
    public async Task The_same_content_twice_is_not_seen_to_be_the_same()
    {
        var content = new byte[2 * Chunk];

        var (one, other) = (
            OriginalWriter.Seal(_key, Context, content),
            OriginalWriter.Seal(_key, Context, content)
        );

        Assert.NotEqual(one[Header..(Header + Chunk)], other[Header..(Header + Chunk)]);
        Assert.NotEqual(
            one[Header..(Header + Chunk)],
            one[(Header + SealedChunk)..(Header + SealedChunk + Chunk)]
        );
        Assert.Equal(content, await OpenAsync(other));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task What_is_cut_anywhere_does_not_open(int length)
    {
        var stored = OriginalWriter.Seal(_key, Context, RandomNumberGenerator.GetBytes(length));
        var cuts = new SortedSet<int> { 0, 1, Header - 1, Header, stored.Length - 1 };
        for (var border = Header; border <= stored.Length; border += SealedChunk)
            cuts.UnionWith([border - 1, border, border + 1, border + OriginalFormat.TagBytes]);

        foreach (var cut in cuts.Where(cut => cut >= 0 && cut < stored.Length))
            await Assert.ThrowsAsync<OriginalDamagedException>(() => OpenAsync(stored[..cut]));
    }

    [Fact]
    public async Task What_is_made_longer_does_not_open()
    {
        var stored = OriginalWriter.Seal(_key, Context, new byte[2 * Chunk]);

        foreach (var more in (int[])[1, OriginalFormat.TagBytes, SealedChunk])
            await Assert.ThrowsAsync<OriginalDamagedException>(() =>
                OpenAsync([.. stored, .. new byte[more]])
            );
        await Assert.ThrowsAsync<OriginalDamagedException>(() =>
            OpenAsync([.. stored, .. stored[Header..(Header + SealedChunk)]])
        );
    }

    [Fact]
    public async Task Chunks_that_are_moved_repeated_or_left_out_do_not_open()
    {
        var stored = OriginalWriter.Seal(_key, Context, RandomNumberGenerator.GetBytes(4 * Chunk));
        byte[] Of(params int[] chunks) =>
            [
                .. stored[..Header],
                .. chunks.SelectMany(chunk =>
                    stored[(Header + (chunk * SealedChunk))..(Header + ((chunk + 1) * SealedChunk))]
                ),
            ];
        Assert.Equal(stored, Of(0, 1, 2, 3));

        foreach (
            var order in (int[][])
                [
                    [1, 0, 2, 3],
                    [0, 2, 1, 3],
                    [0, 1, 3, 2],
                    [3, 1, 2, 0],
                    [0, 0, 2, 3],
                    [0, 1, 2],
                    [1, 2, 3],
                    [0, 1, 3],
                    [3],
                    [0],
                ]
        )
            await Assert.ThrowsAsync<OriginalDamagedException>(() => OpenAsync(Of(order)));
    }

    [Fact]
    public async Task A_chunk_of_another_original_does_not_open_in_this()
    {
        var content = new byte[2 * Chunk];
        var (one, other) = (
            OriginalWriter.Seal(_key, Context, content),
            OriginalWriter.Seal(_key, Context, content)
        );

        await Assert.ThrowsAsync<OriginalDamagedException>(() =>
            OpenAsync([.. one[..(Header + SealedChunk)], .. other[(Header + SealedChunk)..]])
        );
        await Assert.ThrowsAsync<OriginalDamagedException>(() =>
            OpenAsync([.. one[..Header], .. other[Header..]])
        );
    }

    [Fact]
    public async Task Any_bit_that_is_flipped_is_found()
    {
        var stored = OriginalWriter.Seal(_key, Context, RandomNumberGenerator.GetBytes(700));

        for (var at = 0; at < stored.Length; at++)
        for (var bit = 0; bit < 8; bit++)
        {
            stored[at] ^= (byte)(1 << bit);
            // In the key's id it names another key.
            if (at is >= 8 and < 8 + RawKey.IdBytes)
                await Assert.ThrowsAsync<OriginalKeyException>(() => OpenAsync(stored));
            else
                await Assert.ThrowsAsync<OriginalDamagedException>(() => OpenAsync(stored));
            stored[at] ^= (byte)(1 << bit);
        }

        Assert.Equal(700, (await OpenAsync(stored)).Length);
    }

    [Fact]
    public async Task Without_its_key_it_does_not_open_and_says_which_is_missing()
    {
        var stored = OriginalWriter.Seal(_key, Context, "content"u8);

        var refused = await Assert.ThrowsAsync<OriginalKeyException>(() =>
            OriginalStream.ReadAsync(stored, new RawKeys(NewKey(), NewKey()), Context, Ct)
        );

        Assert.Contains(Convert.ToHexStringLower(_key.Id), refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            "content"u8.ToArray(),
            await OriginalStream.ReadAsync(stored, new RawKeys(NewKey(), _key), Context, Ct)
        );
    }

    [Fact]
    public async Task As_an_original_of_something_else_it_does_not_open()
    {
        var stored = OriginalWriter.Seal(_key, Context, "content"u8);

        await Assert.ThrowsAsync<OriginalDamagedException>(() =>
            OriginalStream.ReadAsync(stored, new RawKeys(_key), "of that"u8.ToArray(), Ct)
        );
        await using var original = await StreamAsync(stored);
        await Assert.ThrowsAsync<OriginalDamagedException>(() =>
            original.VerifyAsync(BlobId.Of("other content"u8), Ct)
        );
    }

    private Task<byte[]> OpenAsync(byte[] stored) =>
        OriginalStream.ReadAsync(stored, new RawKeys(_key), Context, Ct);

    private Task<OriginalStream> StreamAsync(byte[] stored) =>
        OriginalStream.OpenAsync(new MemoryStream(stored), new RawKeys(_key), Context, Ct);
}
