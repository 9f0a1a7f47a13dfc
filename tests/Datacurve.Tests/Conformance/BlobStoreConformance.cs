using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Tests.Simulation;

namespace Datacurve.Tests.Conformance;

/// <summary>What every blob store does, whatever it keeps its bytes in.</summary>
public abstract partial class BlobStoreConformance : IAsyncLifetime
{
    private protected const int BytesMax = 64 << 20;

    private readonly ScratchFolder _folder = new();
    private Database? _database;
    private BlobStore? _store;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected BlobStore Store => _store!;
    private protected Database Database => _database!;
    private protected string Folder => _folder.Path;

    /// <summary>The store under test, over nothing.</summary>
    private protected abstract Task<BlobStore> OpenAsync(Options options, Database database);

    /// <summary>The stored bytes under a name: the hash, or the hash and <c>.zst</c>; null where there are
    /// none.</summary>
    private protected abstract Task<byte[]?> StoredAsync(string name);

    /// <summary>Puts bytes under a name past the store, as rot or an older version would.</summary>
    private protected abstract Task OverwriteAsync(string name, byte[] stored);

    /// <summary>What was set aside under a name.</summary>
    private protected abstract Task<byte[]?> QuarantinedAsync(string name);

    private protected abstract string SchemeOfUris { get; }

    public async ValueTask InitializeAsync()
    {
        var options = OptionsReader.Read(_ => null, _folder.Path);
        options = options with { Limits = options.Limits with { BlobBytesMax = BytesMax } };
        _database = Database.Open(options);
        _store = await OpenAsync(options, _database);
    }

    public virtual async ValueTask DisposeAsync()
    {
        (_store as IDisposable)?.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lengths on both sides of each bound: a block, a buffer, what is read into memory.</summary>
    public static TheoryData<int, bool> Lengths
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (
                var length in new[]
                {
                    0,
                    1,
                    4096,
                    4097,
                    131_071,
                    131_072,
                    131_073,
                    1 << 20,
                    (1 << 20) + 1,
                    3_000_001,
                }
            )
            {
                data.Add(length, true);
                data.Add(length, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task Content_is_named_by_its_hash_and_read_back(int length, bool compressible)
    {
        var content = Content(length, compressible);

        var put = await PutAsync(content);
        var again = await PutAsync(content);

        Assert.Equal(BlobId.Of(content), put.BlobId);
        Assert.Equal(length, put.ByteLength);
        Assert.Equal(SchemeOfUris, put.StorageUri.Scheme);
        Assert.Equal(put, again);
        Assert.Equal(put, await Store.FindAsync(put.BlobId, Ct));
        Assert.Equal(content, await ReadAsync(put.BlobId));
        Assert.Single(await ListAsync(), listed => listed.BlobId == put.BlobId);
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(4096, true, false)]
    [InlineData(4097, true, true)]
    [InlineData(4097, false, false)]
    [InlineData(2_000_000, true, true)]
    [InlineData(2_000_000, false, false)]
    public async Task What_compresses_lies_compressed_and_zstd_alone_reads_it(
        int length,
        bool compressible,
        bool compressed
    )
    {
        var content = Content(length, compressible);

        var blobId = (await PutAsync(content)).BlobId;

        var (raw, zst) = (await StoredAsync(blobId.Hash), await StoredAsync(blobId.Hash + ".zst"));
        if (compressed)
        {
            Assert.Null(raw);
            Assert.InRange(zst!.Length, 1, length * 7 / 8);
            Assert.Equal(content, await ZstdAsync(zst));
        }
        else
        {
            Assert.Null(zst);
            Assert.Equal(content, raw);
        }
    }

    [Fact]
    public async Task Content_of_another_hash_or_over_the_limit_is_refused_and_leaves_nothing()
    {
        var content = Content(100_000, compressible: true);
        var other = BlobId.Of("other"u8);

        await Assert.ThrowsAsync<BlobMismatchException>(() =>
            Store.PutAsync(new MemoryStream(content), other, Ct)
        );
        await Assert.ThrowsAsync<BlobTooLargeException>(() => PutAsync(new byte[BytesMax + 1]));

        foreach (var blobId in new[] { other, BlobId.Of(content), BlobId.Of(new byte[BytesMax + 1]) })
        {
            Assert.Null(await Store.FindAsync(blobId, Ct));
            Assert.Null(await Store.OpenAsync(blobId, Ct));
        }

        Assert.Empty(await ListAsync());
        AssertNothingIsLeft();
        Assert.Equal(BytesMax, (await PutAsync(new byte[BytesMax])).ByteLength);
    }

    [Fact]
    public async Task Eight_identical_uploads_racing_all_succeed()
    {
        for (var round = 0; round < 5; round++)
        {
            var content = Content(300_000, compressible: round % 2 == 0);

            var puts = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => Task.Run(() => PutAsync(content)))
            );

            var blobId = Assert.Single(puts.Distinct()).BlobId;
            Assert.Equal(content, await ReadAsync(blobId));
        }

        Assert.Equal(5, (await ListAsync()).Count);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Any_part_of_long_content_can_be_sought()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        foreach (var compressible in new[] { true, false })
        {
            var content = Content(3_000_000, compressible);
            var blobId = (await PutAsync(content)).BlobId;
            await using var stream = await Store.OpenAsync(blobId, Ct);
            Assert.Equal(content.Length, stream!.Length);
            for (var look = 0; look < 40; look++)
            {
                stream.Position = random.Next(content.Length + 1);
                var expected = content.AsMemory((int)stream.Position);
                expected = expected[..Math.Min(random.Next(300_000), expected.Length)];
                var actual = new byte[expected.Length];
                await stream.ReadExactlyAsync(actual, Ct);
                Assert.True(expected.Span.SequenceEqual(actual), $"seed {seed}, look {look}");
            }

            stream.Position = content.Length;
            Assert.Equal(0, await stream.ReadAsync(new byte[1], Ct));
        }
    }

    [Fact]
    public async Task A_blob_that_an_older_version_stored_as_it_is_stays_readable()
    {
        var content = Content(500_000, compressible: true);
        var blobId = (await PutAsync(content)).BlobId;
        var compressed = await StoredAsync(blobId.Hash + ".zst");
        await OverwriteAsync(blobId.Hash + ".zst", [1, 2, 3]);
        await OverwriteAsync(blobId.Hash, content);

        Assert.Equal(content, await ReadAsync(blobId));

        Assert.Equal([1, 2, 3], await QuarantinedAsync(blobId.Hash + ".zst"));
        Assert.Equal(
            blobId.Hash,
            Path.GetFileName((await Store.FindAsync(blobId, Ct))!.StorageUri.LocalPath)
        );
        Assert.Equal(blobId, (await PutAsync(content)).BlobId);
        Assert.Equal(compressed, await StoredAsync(blobId.Hash + ".zst"));
    }

    private protected static byte[] Content(int length, bool compressible)
    {
        if (!compressible)
            return RandomNumberGenerator.GetBytes(length);

        var text = new StringBuilder();
        for (var line = 0; text.Length < length; line++)
            text.Append(Guid.NewGuid().ToString("N"), 0, 8)
                .Append($" line {line} of a log that repeats itself\n");
        return Encoding.UTF8.GetBytes(text.ToString(0, length));
    }

    private protected Task<StoredBlob> PutAsync(byte[] content) =>
        Store.PutAsync(new MemoryStream(content), expected: null, Ct);

    private protected async Task<byte[]?> ReadAsync(BlobId blobId)
    {
        await using var stream = await Store.OpenAsync(blobId, Ct);
        if (stream is null)
            return null;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Ct);
        return copy.ToArray();
    }

    private protected async Task<List<StoredObject>> ListAsync() => await Store.ListAsync(Ct).ToListAsync(Ct);

    private protected void AssertNothingIsLeft()
    {
        foreach (var folder in new[] { "blobs/tmp", "work/uploads" })
            if (Directory.Exists(_folder.Of(folder)))
                Assert.Empty(Directory.GetFiles(_folder.Of(folder)));
    }

    private static async Task<byte[]> ZstdAsync(byte[] stored)
    {
        using var zstd = Process.Start(
            new ProcessStartInfo("zstd", ["-d", "-c", "-"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var writing = Task.Run(
            async () =>
            {
                await zstd.StandardInput.BaseStream.WriteAsync(stored, Ct);
                zstd.StandardInput.Close();
            },
            Ct
        );
        using var content = new MemoryStream();
        await zstd.StandardOutput.BaseStream.CopyToAsync(content, Ct);
        await writing;
        await zstd.WaitForExitAsync(Ct);
        Assert.Equal(0, zstd.ExitCode);
        return content.ToArray();
    }
}
