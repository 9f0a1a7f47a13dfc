using Datacurve.Core;
using Datacurve.Server.Blobs;

namespace Datacurve.Tests.Conformance;

public abstract partial class BlobStoreConformance
{
    /// <summary>What can happen to stored bytes. The random source has the printed seed.</summary>
    public static TheoryData<string, bool> Damages
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var damage in new[] { "flip", "cut", "empty", "longer", "other", "twice" })
            {
                data.Add(damage, true);
                data.Add(damage, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damaged_bytes_are_set_aside_never_served_and_healed_by_an_upload(
        string kind,
        bool compressible
    )
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        // Below and above what is read into memory.
        foreach (var length in new[] { 50_000, 1_500_000 })
        {
            var content = Content(length, compressible);
            var put = await PutAsync(content);
            var name = put.BlobId.Hash + (compressible ? ".zst" : "");
            var damaged = Damaged((await StoredAsync(name))!, kind, random);
            await OverwriteAsync(name, damaged);

            await Assert.ThrowsAsync<BlobCorruptException>(() => Store.OpenAsync(put.BlobId, Ct));
            await Assert.ThrowsAsync<BlobCorruptException>(() => Store.OpenAsync(put.BlobId, Ct));

            Assert.Null(await Store.FindAsync(put.BlobId, Ct));
            Assert.Null(await StoredAsync(name));
            Assert.Equal(damaged, await QuarantinedAsync(name));
            Assert.Equal(put, await PutAsync(content));
            Assert.Equal(content, await ReadAsync(put.BlobId));
        }

        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Reading_and_healing_at_once_ends_with_the_bytes_that_were_acknowledged()
    {
        var content = Content(200_000, compressible: true);
        var blobId = (await PutAsync(content)).BlobId;
        var whole = (await StoredAsync(blobId.Hash + ".zst"))!;
        for (var round = 0; round < 10; round++)
        {
            await OverwriteAsync(blobId.Hash + ".zst", Damaged(whole, "flip", new Random(round)));

            var reads = Enumerable.Range(0, 3).Select(_ => Task.Run(() => TryReadAsync(blobId)));
            await Task.WhenAll([.. reads, Task.Run(() => PutAsync(content))]);
            // What a store takes as held unread is put again by whoever was told that it is damaged.
            if (await TryReadAsync(blobId) is null)
                await PutAsync(content);

            Assert.Equal(content, await ReadAsync(blobId));
        }
    }

    private async Task<byte[]?> TryReadAsync(BlobId blobId)
    {
        try
        {
            return await ReadAsync(blobId);
        }
        catch (BlobCorruptException)
        {
            return null;
        }
    }

    private static byte[] Damaged(byte[] whole, string kind, Random random)
    {
        switch (kind)
        {
            case "flip":
                var flipped = (byte[])whole.Clone();
                flipped[random.Next(whole.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case "cut":
                return whole[..random.Next(1, whole.Length)];
            case "empty":
                return [];
            case "longer":
                return [.. whole, 0];
            case "twice":
                return [.. whole, .. whole];
            default:
                var other = new byte[whole.Length];
                random.NextBytes(other);
                return other;
        }
    }
}
