using System.Security.Cryptography;
using Dapper;
using Datacurve.Tests.Originals;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Erasing;

/// <summary>Chunks of output that a trace named until a secret was found between them.</summary>
public sealed class MendedChunkTests
{
    [Theory]
    [InlineData("sqlite", "files")]
    [InlineData("postgresql", "s3")]
    public async Task An_erasure_takes_the_chunks_that_the_trace_names_no_longer(string engine, string medium)
    {
        var word = $"printed-{RandomNumberGenerator.GetHexString(24, lowercase: true)}";
        await using var rig = await ErasureRig.StartAsync(engine, medium);
        var client = new TraceClient(rig.Client);
        var traceId = await client.OpenAsync(TraceClient.NewTrace());
        await client.AppendAsync(
            traceId,
            MarkedTrace.Output(1, await client.UploadAsync($"{word}\nsee {MarkedTrace.Secret[..20]}")),
            MarkedTrace.Output(2, await client.UploadAsync($"{MarkedTrace.Secret[20..]}\n{word}\n"))
        );
        await client.FinalizeAsync(traceId);
        await client.EndAsync(traceId);
        var found = await rig.Store.FindAsync([word]);
        // Of both chunks, before and after.
        Assert.True(found[word].Distinct().Count() >= 4, string.Join(", ", found[word]));

        await rig.EraseAsync(traceId);
        await rig.DoneAsync(traceId);

        Assert.Empty(await rig.Store.FindAsync([word]));
        Assert.All(await rig.FsckAsync(), finding => Assert.True(finding.Informative, finding.Text));
    }

    [Fact]
    public async Task An_erasure_takes_the_originals_of_such_chunks_too()
    {
        await using var raw = await RawRig.StartAsync("sqlite", "files");
        var client = new TraceClient(raw.Client);
        var traceId = await client.OpenAsync(TraceClient.NewTrace());
        await client.AppendAsync(
            traceId,
            MarkedTrace.Output(
                1,
                await client.UploadAsync($"in /home/elena\nsee {MarkedTrace.Secret[..20]}")
            ),
            MarkedTrace.Output(2, await client.UploadAsync($"{MarkedTrace.Secret[20..]}\nin /home/elena\n"))
        );
        await client.FinalizeAsync(traceId);
        await client.EndAsync(traceId);
        Assert.Equal(2, await OriginalsAsync(raw));

        await raw.Erasure.EraseAsync(traceId);
        await raw.Erasure.DoneAsync(traceId);

        Assert.Equal(0, await OriginalsAsync(raw));
    }

    private static Task<long> OriginalsAsync(RawRig raw) =>
        raw.Erasure.Database.ReadAsync(connection =>
            connection.ExecuteScalarAsync<long>(
                "select count(*) from blob_originals o join blobs b on b.hash = o.original_hash"
            )
        );
}
