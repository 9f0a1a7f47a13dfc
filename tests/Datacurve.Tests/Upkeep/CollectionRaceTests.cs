using Datacurve.Core;
using Datacurve.Server.Blobs;

namespace Datacurve.Tests.Upkeep;

/// <summary>
/// Uploads of a blob that is being collected at the same moment, by several processes: what was answered is
/// held afterwards, whoever came first.
/// </summary>
public sealed class CollectionRaceTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite", "files", 120)]
    [InlineData("postgresql", "files", 120)]
    [InlineData("sqlite", "s3", 12)]
    [InlineData("postgresql", "s3", 12)]
    public async Task An_upload_that_races_a_collection_ends_with_the_blob_held(
        string engine,
        string medium,
        int rounds
    )
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var rig = await StoreRig.OpenAsync(engine, medium, TimeProvider.System);
        BlobStore[] processes = [rig.Store, rig.OpenAnother(), rig.OpenAnother()];
        var removed = 0;
        for (var round = 0; round < rounds; round++)
        {
            // The same few contents again and again, small and in parts, each as one that is due.
            var content = new byte[random.Next(4) == 0 ? 9_000 : 100];
            new Random(round % 3).NextBytes(content);
            var blobId = await rig.PutAsync(content);
            await rig.ExecuteAsync(
                "update blobs set touched_at_ms = 1, marked_at_ms = 1 where hash = @hash",
                new { hash = Convert.FromHexString(blobId.Hash) }
            );

            var tasks = new List<Task>();
            for (var process = 0; process < processes.Length; process++)
            {
                var (number, uploadAfter, collectAfter) = (process, random.Next(8), random.Next(8));
                tasks.Add(
                    Task.Run(
                        async () =>
                        {
                            await Task.Delay(uploadAfter, Ct);
                            await processes[number].PutAsync(new MemoryStream(content), blobId, Ct);
                        },
                        Ct
                    )
                );
                tasks.Add(
                    Task.Run(
                        async () =>
                        {
                            await Task.Delay(collectAfter, Ct);
                            var collected = await rig.Collector(Grace, number)
                                .RunAsync(dryRun: false, progress: null, Ct);
                            Interlocked.Add(ref removed, collected.Removed);
                        },
                        Ct
                    )
                );
            }

            await Task.WhenAll(tasks);

            Assert.True(await rig.Store.FindAsync(blobId, Ct) is { IsUnused: false }, $"round {round}");
            Assert.Equal(content, await rig.ReadAsync(blobId));
        }

        Assert.Empty(await rig.FsckAsync());
        TestContext.Current.TestOutputHelper!.WriteLine($"{removed} removals in {rounds} rounds");
        // Otherwise nothing has raced.
        Assert.InRange(removed, 1, 3 * rounds);
    }
}
