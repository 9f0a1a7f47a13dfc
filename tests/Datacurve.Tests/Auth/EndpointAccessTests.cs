using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Server.Auth;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Auth;

/// <summary>
/// Every endpoint of the OpenAPI document, with every kind of caller. The table says what each endpoint asks
/// for; one that is not in it fails, so that a new one cannot be forgotten.
/// </summary>
public sealed class EndpointAccessTests(KeyedService service) : IClassFixture<KeyedService>
{
    private static readonly Dictionary<string, Scope> Asks = new(StringComparer.Ordinal)
    {
        ["get /health"] = Scope.None,
        ["get /health/live"] = Scope.None,
        ["get /health/ready"] = Scope.None,
        ["head /health"] = Scope.None,
        ["head /health/live"] = Scope.None,
        ["head /health/ready"] = Scope.None,
        ["get /me"] = Scope.All,
        ["post /traces"] = Scope.Ingest,
        ["get /traces"] = Scope.Read,
        ["get /traces/{trace_id}"] = Scope.Read,
        ["delete /traces/{trace_id}"] = Scope.Admin,
        ["get /traces/{trace_id}/events"] = Scope.Read,
        ["post /traces/{trace_id}/events"] = Scope.Ingest,
        ["get /traces/{trace_id}/events/stream"] = Scope.Read,
        ["get /traces/{trace_id}/events/raw"] = Scope.ReadRaw,
        ["get /traces/{trace_id}/raw"] = Scope.ReadRaw,
        ["post /traces/{trace_id}/finalize"] = Scope.Ingest,
        ["post /traces/{trace_id}/qa"] = Scope.Review,
        ["get /traces/{trace_id}/qa"] = Scope.Read,
        ["get /traces/{trace_id}/state"] = Scope.Read,
        ["post /blobs"] = Scope.Ingest,
        ["put /blobs/{blob_id}"] = Scope.Ingest,
        ["get /blobs/{blob_id}"] = Scope.Read,
        ["head /blobs/{blob_id}"] = Scope.Ingest | Scope.Read,
        ["get /blobs/{blob_id}/raw"] = Scope.ReadRaw,
        ["post /admin/keys"] = Scope.Admin,
        ["get /admin/keys"] = Scope.Admin,
        ["delete /admin/keys/{key_id}"] = Scope.Admin,
        ["post /admin/projects"] = Scope.Admin,
        ["get /admin/projects"] = Scope.Admin,
        ["get /admin/audit"] = Scope.Admin,
        ["post /admin/erasures"] = Scope.Admin,
        ["get /admin/erasures"] = Scope.Admin,
    };

    [Theory]
    [InlineData("name", "\"two\\nlines\"")]
    [InlineData("name", "\"\"")]
    [InlineData("expires_at_ms", "1000000000000000000")]
    public async Task A_key_that_could_not_be_listed_is_not_made(string field, string value)
    {
        using var admin = await service.ClientAsync(Scope.Admin);
        var body = JsonNode.Parse($$"""{"name":"n","scopes":["read"]}""")!.AsObject();
        body[field] = JsonNode.Parse(value);

        Assert.Equal([field], (await admin.PostAsync("/admin/keys", body)).RefusedFields());
    }

    [Fact]
    public async Task Every_endpoint_is_in_the_table() =>
        Assert.Equal(
            Asks.Keys.Except(["post /sign-out"]).Order(StringComparer.Ordinal),
            (await OperationsAsync()).Order(StringComparer.Ordinal)
        );

    [Fact]
    public async Task Without_a_key_only_health_answers()
    {
        foreach (var operation in await OperationsAsync())
            await AssertAsync(service.Anonymous, operation, Asks[operation] != Scope.None, refusal: 401);
    }

    [Fact]
    public async Task An_expired_a_revoked_and_a_forged_key_are_refused()
    {
        var expired = await service.KeyAsync(Scope.All, expiresAtMs: 1);
        var revoked = await service.KeyAsync(Scope.All);
        Assert.True(ApiKey.TryParse(revoked, out var parsed));
        await AssertWorksAsync(revoked);
        await service.Keys.RevokeAsync(parsed.KeyId, TestContext.Current.CancellationToken);
        var whole = await service.KeyAsync(Scope.All);
        await AssertWorksAsync(whole);
        var forged = whole[..^1] + (whole[^1] == '0' ? '1' : '0');

        foreach (var key in (string[])[expired, revoked, forged, "dck_", "", "Basic x"])
        foreach (var operation in await OperationsAsync())
        {
            using var client = service.Client(key.Length == 0 ? "x" : key);
            await AssertAsync(client, operation, Asks[operation] != Scope.None, refusal: 401);
        }
    }

    [Fact]
    public async Task Each_scope_opens_what_asks_for_it_and_nothing_else()
    {
        foreach (var scope in ScopeNames.Single)
        {
            using var client = await service.ClientAsync(scope);
            foreach (var operation in await OperationsAsync())
                await AssertAsync(
                    client,
                    operation,
                    Asks[operation] != Scope.None && (Asks[operation] & scope) == Scope.None,
                    refusal: 403
                );
        }
    }

    [Fact]
    public async Task Another_projects_trace_and_blob_are_404_to_every_endpoint()
    {
        using var owner = await service.ClientAsync(Scope.All);
        var traceId = await owner.OpenTraceAsync();
        var blobId = (await owner.UploadAsync("of the owner"u8.ToArray())).Json["blob_id"]!.ToString();
        using var stranger = await service.ClientAsync(Scope.All, await service.ProjectAsync());

        foreach (var operation in await OperationsAsync())
        {
            var named =
                operation.Contains("{trace_id}", StringComparison.Ordinal)
                || operation
                    is "get /blobs/{blob_id}"
                        or "head /blobs/{blob_id}"
                        or "get /blobs/{blob_id}/raw";
            if (!named)
                continue;
            var answer = await SendAsync(stranger, operation, traceId, blobId);
            Assert.True(answer.Status == HttpStatusCode.NotFound, $"{operation} answered {answer.Status}");
        }

        Assert.Equal(HttpStatusCode.OK, (await owner.GetAnswerAsync($"/traces/{traceId}")).Status);
    }

    [Fact]
    public async Task A_project_lists_its_own_traces_alone()
    {
        using var owner = await service.ClientAsync(Scope.All);
        var traceId = await owner.OpenTraceAsync();
        using var stranger = await service.ClientAsync(Scope.All, await service.ProjectAsync());

        Assert.Empty((await stranger.GetAnswerAsync("/traces")).Json["traces"]!.AsArray());
        Assert.Contains(
            traceId,
            (await owner.GetAnswerAsync("/traces?limit=200")).Json["traces"]!
                .AsArray()
                .Select(trace => trace!["trace_id"]!.ToString())
        );
    }

    [Fact]
    public async Task A_blob_is_read_by_every_project_that_sent_it()
    {
        var content = "sent by both"u8.ToArray();
        using var first = await service.ClientAsync(Scope.All);
        using var second = await service.ClientAsync(Scope.All, await service.ProjectAsync());
        var blobId = (await first.UploadAsync(content)).Json["blob_id"]!.ToString();
        Assert.Equal(HttpStatusCode.NotFound, (await second.GetAnswerAsync($"/blobs/{blobId}")).Status);

        Assert.Equal(HttpStatusCode.Created, (await second.UploadAsync(content)).Status);

        Assert.Equal(content, (await second.GetAnswerAsync($"/blobs/{blobId}")).Body);
    }

    [Fact]
    public async Task The_same_idempotency_key_of_two_projects_opens_two_traces()
    {
        using var first = await service.ClientAsync(Scope.All);
        using var second = await service.ClientAsync(Scope.All, await service.ProjectAsync());
        var body = Wire.NewTrace().ToJsonString();
        var key = ("Idempotency-Key", $"k-{Guid.NewGuid():N}");

        var one = await first.SendAsync(HttpMethod.Post, "/traces", Wire.Json(body), key);
        var other = await second.SendAsync(HttpMethod.Post, "/traces", Wire.Json(body), key);

        Assert.Equal(HttpStatusCode.Created, other.Status);
        Assert.NotEqual(one.Json["trace_id"]!.ToString(), other.Json["trace_id"]!.ToString());
    }

    private async Task AssertWorksAsync(string key)
    {
        using var client = service.Client(key);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAnswerAsync("/me")).Status);
    }

    private static async Task AssertAsync(HttpClient client, string operation, bool isRefused, int refusal)
    {
        var answer = await SendAsync(client, operation, Guid.NewGuid().ToString(), Wire.BlobOfHello);
        if (!isRefused)
            Assert.True(
                (int)answer.Status is not (401 or 403),
                $"{operation} answered {answer.Status}: {answer.Text}"
            );
        else if (operation.StartsWith("head", StringComparison.Ordinal))
            Assert.Equal(refusal, (int)answer.Status);
        else
            answer.AssertProblem((HttpStatusCode)refusal);
    }

    private static Task<Answer> SendAsync(HttpClient client, string operation, string traceId, string blobId)
    {
        var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
        var body = method is "post" or "put" ? Wire.Json("{}") : null;
        return client.SendAsync(
            new HttpMethod(method.ToUpperInvariant()),
            path.Replace("{trace_id}", traceId, StringComparison.Ordinal)
                .Replace("{blob_id}", blobId, StringComparison.Ordinal)
                .Replace("{key_id}", "0123456789ab", StringComparison.Ordinal),
            body
        );
    }

    private async Task<List<string>> OperationsAsync()
    {
        var document = (await service.Anonymous.GetAnswerAsync("/openapi/v1.json")).Json;
        return
        [
            .. from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            select $"{operation.Key} {path.Key}",
        ];
    }
}
