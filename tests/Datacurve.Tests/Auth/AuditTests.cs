using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Dapper;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Datacurve.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Auth;

/// <summary>Who did what to which trace is on record, and stays so.</summary>
public sealed class AuditTests(KeyedService service) : IClassFixture<KeyedService>
{
    [Fact]
    public async Task What_is_done_to_a_trace_is_on_record_with_who_did_it()
    {
        using var admin = await service.ClientAsync(Scope.Admin);
        using var client = await service.ClientAsync(Scope.Ingest | Scope.Read);
        var name = (await client.GetAnswerAsync("/me")).Json["name"]!.ToString();
        var traceId = await client.OpenTraceAsync();
        await client.AppendAsync(traceId, Wire.Batch(1, 3));
        await client.AppendAsync(traceId, Wire.Batch(4, 3));
        await client.GetTraceAsync(traceId);
        Assert.Equal(HttpStatusCode.OK, (await client.FinalizeAsync(traceId)).Status);

        var acts = await WaitForAsync(admin, traceId, count: 4);

        Assert.All(acts, act => Assert.Equal(name, act["caller"]!.ToString()));
        Assert.Equal(
            ["append_events", "create_trace", "finalize_trace", "get_trace"],
            acts.Select(act => act["action"]!.ToString()).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_refused_act_is_on_record_with_its_refusal()
    {
        using var admin = await service.ClientAsync(Scope.Admin);
        using var owner = await service.ClientAsync(Scope.All);
        var traceId = await owner.OpenTraceAsync();
        using var stranger = await service.ClientAsync(Scope.All, await service.ProjectAsync());
        await stranger.FinalizeAsync(traceId);

        var acts = await WaitForAsync(admin, traceId, count: 2);

        var refused = Assert.Single(acts, act => act["action"]!.ToString() == "finalize_trace");
        Assert.Equal(404, refused["status"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_making_and_the_end_of_a_key_are_on_record_and_the_key_is_not()
    {
        using var admin = await service.ClientAsync(Scope.Admin);
        var made = await admin.PostAsync(
            "/admin/keys",
            new JsonObject { ["name"] = "ci", ["scopes"] = new JsonArray("ingest") }
        );
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var keyId = made.Json["key_id"]!.ToString();
        await admin.SendAsync(HttpMethod.Delete, $"/admin/keys/{keyId}");

        var log = await admin.GetAnswerAsync("/admin/audit?limit=1000");

        Assert.Equal(
            ["create_key", "revoke_key"],
            log.Json["acts"]!
                .AsArray()
                .Where(act => act!["subject"]?.ToString() == keyId)
                .Select(act => act!["action"]!.ToString())
        );
        Assert.DoesNotContain(made.Json["key"]!.ToString(), log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_key_that_was_to_be_revoked_is_not_on_record()
    {
        using var admin = await service.ClientAsync(Scope.Admin);
        var key = await service.KeyAsync(Scope.Read);

        var refused = await admin.SendAsync(HttpMethod.Delete, $"/admin/keys/{key}");

        Assert.DoesNotContain(
            key,
            refused.AssertProblem(HttpStatusCode.NotFound).ToJsonString(),
            StringComparison.Ordinal
        );
        var log = await admin.GetAnswerAsync("/admin/audit?limit=1000");
        Assert.DoesNotContain(key, log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_in_an_address_or_a_request_id_is_not_on_record()
    {
        using var admin = await service.ClientAsync(Scope.Admin);
        var token = $"ghp_{RandomNumberGenerator.GetHexString(36, lowercase: true)}";

        var refused = await admin.SendAsync(
            HttpMethod.Delete,
            $"/admin/keys/{token}",
            null,
            ("X-Request-Id", token)
        );

        refused.AssertProblem(HttpStatusCode.NotFound);
        Assert.NotEqual(token, Assert.Single(refused.Headers.GetValues("X-Request-Id")));
        var log = await admin.GetAnswerAsync("/admin/audit?limit=1000");
        Assert.Contains("revoke_key", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update audit_log set caller = 'nobody'")]
    [InlineData("delete from audit_log")]
    [InlineData(
        "pragma recursive_triggers = off; insert or replace into audit_log select * from audit_log where audit_id = 1"
    )]
    public async Task The_log_can_only_be_added_to(string statement)
    {
        using var client = await service.ClientAsync(Scope.Ingest);
        await client.OpenTraceAsync();
        var database = service.Services.GetRequiredService<Database>();

        var refusal = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() =>
            database.WriteAsync(
                connection => connection.ExecuteAsync(statement),
                TestContext.Current.CancellationToken
            )
        );

        Assert.Contains("only added to", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update audit_log set caller = 'nobody'")]
    [InlineData("delete from audit_log")]
    [InlineData("truncate audit_log")]
    public async Task The_log_can_only_be_added_to_on_postgresql(string statement)
    {
        await using var store = await PostgresStore.CreateAsync();
        await using var database = PostgresDatabase.Open(store.Connection, connectionsMax: 2);
        await WriteAsync(
            """
            insert into audit_log (ts_ms, project_id, caller, action, status, request_id)
            values (1, '\x00', 'key:1', 'erase_trace', 202, 'r')
            """
        );

        var refusal = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() =>
            WriteAsync(statement)
        );

        Assert.Contains("only added to", refusal.Message, StringComparison.Ordinal);
        Task<int> WriteAsync(string sql) =>
            database.WriteAsync(
                connection => connection.ExecuteAsync(sql),
                TestContext.Current.CancellationToken
            );
    }

    private static async Task<List<JsonNode>> WaitForAsync(HttpClient admin, string traceId, int count)
    {
        while (true)
        {
            var acts = (await admin.GetAnswerAsync($"/admin/audit?trace_id={traceId}")).Json[
                "acts"
            ]!.AsArray();
            if (acts.Count >= count)
                return [.. acts.Select(act => act!)];
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
