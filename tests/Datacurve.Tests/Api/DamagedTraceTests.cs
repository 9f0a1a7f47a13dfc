using System.Net;
using System.Security.Cryptography;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Api;

/// <summary>A sealed trace whose blob was damaged is told to be so, and never by half a document.</summary>
public sealed class DamagedTraceTests(ServiceUnderTest service) : IClassFixture<ServiceUnderTest>
{
    private readonly HttpClient _client = service.Client;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_way_to_read_names_the_damage()
    {
        var traceId = await SealedAsync();
        var blobId = await DamageAsync(traceId);

        // The first read sets the bytes aside, and those after it find them so.
        foreach (var path in (string[])["", "/events", "/events/raw", "/state"])
        foreach (var accept in (string[])["application/json", "application/x-ndjson"])
        {
            var answer = await _client.SendAsync(
                HttpMethod.Get,
                $"/traces/{traceId}{path}",
                null,
                ("Accept", accept)
            );
            var problem = answer.AssertProblem(HttpStatusCode.InternalServerError);
            Assert.Contains(blobId.ToString(), problem["detail"]!.ToString(), StringComparison.Ordinal);
            Assert.Contains("damaged", problem["detail"]!.ToString(), StringComparison.Ordinal);
        }
    }

    private async Task<string> SealedAsync()
    {
        var traceId = await service.Trace().RecordAsync(Recording.OfWrongSum());
        await _client.FinalizeAsync(traceId);
        await _client.WaitForQaAsync(traceId);
        Assert.True(TraceId.TryParse(traceId, out var id));
        Assert.True(await service.Part<TraceSealer>().SealAsync(id, Ct));
        return traceId;
    }

    private async Task<BlobId> DamageAsync(string traceId)
    {
        Assert.True(TraceId.TryParse(traceId, out var id));
        var hash = await service
            .Part<Database>()
            .ReadAsync(connection =>
                connection.QuerySingleAsync<byte[]>(
                    "select sealed_hash from traces where trace_id = @id",
                    new { id = id.Stored() }
                )
            );
        var blobId = BlobId.FromHash(hash);
        var path = Path.Combine(service.Folder, "blobs", "sha256", blobId.Hash[..2], blobId.Hash);
        await File.WriteAllBytesAsync(path, RandomNumberGenerator.GetBytes(500), Ct);
        return blobId;
    }
}
