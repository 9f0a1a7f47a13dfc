using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Api;

public abstract class CreateTraceTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    [Fact]
    public async Task A_new_trace_is_collecting()
    {
        var before = DateTimeOffset.UnixEpoch.AddMilliseconds(0);

        var answer = await _client.PostAsync("/traces", Wire.NewTrace());

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal(["trace_id", "created_at_ms", "status"], answer.Json.Select(member => member.Key));
        Assert.Equal("collecting", answer.Json["status"]!.GetValue<string>());
        Assert.True(Guid.TryParseExact(answer.Json["trace_id"]!.GetValue<string>(), "D", out var id));
        Assert.Equal(7, id.Version);
        Assert.InRange(
            answer.Json["created_at_ms"]!.GetValue<long>(),
            before.ToUnixTimeMilliseconds(),
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()
        );
    }

    [Fact]
    public async Task Members_that_were_not_sent_have_their_defaults()
    {
        var trace = await _client.GetTraceAsync(await _client.OpenTraceAsync());

        var traceId = trace["trace_id"]!.GetValue<string>();
        trace["created_at_ms"] = 0;
        Assert.Equal(
            JsonNode
                .Parse(
                    $$$"""
                    {
                      "trace_version": "1.0", "trace_id": "{{{traceId}}}", "created_at_ms": 0,
                      "finalized_at_ms": null, "status": "collecting",
                      "repo": {"repo_id": "r", "commit_base": "c0ffee", "remote_url": null,
                        "default_branch": null, "repo_fingerprint": null},
                      "task": {"bug_report": {"title": "t", "description": "d", "repro_steps": null,
                        "expected": null, "actual": null, "links": []}, "task_id": null, "labels": []},
                      "developer": {"developer_id": "dev", "experience_level": "unknown", "consent_flags":
                        {"store_raw_code": true, "store_terminal_output": true, "allow_llm_judge": true,
                         "allow_heuristic_judge": true}},
                      "environment": {"ide": {"name": "vim", "version": null}, "os": null, "language": [],
                        "containerized": false, "timezone": null, "test": null},
                      "artifacts": null,
                      "ingestion": {"mode": "incremental", "client_session_id": "{{{traceId}}}",
                        "dedupe_policy": "event_id", "clock_skew_ms_est": 0, "seq_last": 0},
                      "redaction": {"rule_versions": ["{{{RuleSet.Default.Version}}}"], "counts": {}},
                      "events": [], "final_state": null, "qa": null
                    }
                    """
                )!
                .ToJsonString(),
            trace.ToJsonString()
        );
    }

    [Fact]
    public async Task Everything_that_was_sent_is_given_back_unknown_members_too()
    {
        var sent = JsonNode
            .Parse(
                """
                {
                  "repo": {"repo_id": "r", "remote_url": "https://example.org/r.git", "default_branch": "main",
                    "commit_base": "abc", "repo_fingerprint": {"tree_hash": "t", "dependencies_lock_hash": "l",
                    "new": 1e131071}, "new": [1, {"x": null}]},
                  "task": {"task_id": "T-1", "bug_report": {"title": "ü\u0001", "description": "<&>", "repro_steps": "s",
                    "expected": "e", "actual": "a", "links": ["l1", "l2"], "new": true}, "labels": ["a", "b", "a"]},
                  "developer": {"developer_id": "d", "experience_level": "senior", "consent_flags":
                    {"store_raw_code": false, "store_terminal_output": false, "allow_llm_judge": false,
                     "allow_heuristic_judge": false, "new": "n"}},
                  "environment": {"os": "linux", "ide": {"name": "code", "version": "1", "new": 0.10},
                    "language": ["python", "go"], "containerized": true, "timezone": "UTC",
                    "test": {"image": "i", "setup": ["s"], "command": "c", "runner": "pytest", "report_path": "p",
                      "workdir": "w", "timeout_seconds": 5, "memory": "1g"}},
                  "artifacts": {"base_snapshot_blob_id": "x", "deep": [[[{"a": {}}]]]},
                  "new_top": {"a": [1.50, "\ud83d\ude00"]}
                }
                """
            )!
            .AsObject();

        var trace = await _client.GetTraceAsync(await _client.OpenTraceAsync(sent));

        Assert.All(
            sent,
            member => Assert.Equal(member.Value!.ToJsonString(), trace[member.Key]!.ToJsonString())
        );
    }

    [Fact]
    public async Task Ingestion_is_taken_where_it_is_the_clients()
    {
        var sent = Wire.NewTrace();
        sent["ingestion"] = JsonNode.Parse(
            """
            {"mode": "batch", "client_session_id": "s", "clock_skew_ms_est": -7, "seq_last": 99,
             "dedupe_policy": "none", "new": 1}
            """
        );

        var trace = await _client.GetTraceAsync(await _client.OpenTraceAsync(sent));

        Assert.Equal(
            """{"mode":"batch","client_session_id":"s","dedupe_policy":"event_id","clock_skew_ms_est":-7,"new":1,"seq_last":0}""",
            trace["ingestion"]!.ToJsonString()
        );
    }

    [Theory]
    [InlineData("trace_version", "\"9\"")]
    [InlineData("trace_id", "\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData("created_at_ms", "1")]
    [InlineData("finalized_at_ms", "1")]
    [InlineData("status", "\"complete\"")]
    [InlineData("events", "[{\"seq\":1}]")]
    [InlineData("final_state", "{\"commit_head\":\"x\"}")]
    [InlineData("qa", "{\"tests\":{\"final_passed\":true}}")]
    [InlineData("qa_progress", "{}")]
    public async Task A_member_of_the_servers_is_never_taken_from_a_client(string member, string json)
    {
        var plain = await _client.GetTraceAsync(await _client.OpenTraceAsync());
        var sent = Wire.NewTrace();
        sent[member] = JsonNode.Parse(json);

        var trace = await _client.GetTraceAsync(await _client.OpenTraceAsync(sent));

        Assert.NotEqual(JsonNode.Parse(json)!.ToJsonString(), trace[member]?.ToJsonString());
        Assert.Equal(plain.Select(found => found.Key), trace.Select(found => found.Key));
    }

    [Theory]
    [InlineData("repo")]
    [InlineData("repo.repo_id")]
    [InlineData("repo.commit_base")]
    [InlineData("task")]
    [InlineData("task.bug_report")]
    [InlineData("task.bug_report.title")]
    [InlineData("task.bug_report.description")]
    [InlineData("developer")]
    [InlineData("developer.developer_id")]
    [InlineData("environment")]
    [InlineData("environment.ide")]
    [InlineData("environment.ide.name")]
    public async Task A_missing_member_is_named(string field)
    {
        var sent = Wire.NewTrace();
        var owner = field.Split('.')[..^1].Aggregate((JsonNode)sent, (node, name) => node[name]!);
        owner.AsObject().Remove(field.Split('.')[^1]);

        var answer = await _client.PostAsync("/traces", sent);

        Assert.Equal(field, Assert.Single(answer.RefusedFields()));
    }

    [Theory]
    [InlineData("repo.repo_id", "7")]
    [InlineData("repo.repo_fingerprint", "[]")]
    [InlineData("repo.repo_fingerprint", "{\"tree_hash\":1}", "repo.repo_fingerprint.tree_hash")]
    [InlineData("task.labels", "\"a\"")]
    [InlineData("task.labels", "[1]", "task.labels.0")]
    [InlineData("task.labels", "null")]
    [InlineData("task.bug_report.links", "[null]", "task.bug_report.links.0")]
    [InlineData("developer.experience_level", "\"SENIOR\"")]
    [InlineData("developer.experience_level", "2")]
    [InlineData(
        "developer.consent_flags",
        "{\"allow_llm_judge\":\"yes\"}",
        "developer.consent_flags.allow_llm_judge"
    )]
    [InlineData("environment.containerized", "1")]
    [InlineData("environment.language", "{}")]
    [InlineData("ingestion", "{\"mode\":\"stream\"}", "ingestion.mode")]
    [InlineData("artifacts", "[]")]
    public async Task A_wrong_type_or_value_is_named(string member, string json, string? field = null)
    {
        var sent = Wire.NewTrace();
        var owner = member.Split('.')[..^1].Aggregate((JsonNode)sent, (node, name) => node[name]!);
        owner[member.Split('.')[^1]] = JsonNode.Parse(json);

        var answer = await _client.PostAsync("/traces", sent);

        Assert.Equal(field ?? member, Assert.Single(answer.RefusedFields()));
    }

    [Fact]
    public async Task The_same_idempotency_key_opens_one_trace_however_often_and_racing()
    {
        var body = Wire.NewTrace().ToJsonString();
        var key = Guid.NewGuid().ToString();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    _client.SendAsync(HttpMethod.Post, "/traces", Wire.Json(body), ("Idempotency-Key", key))
                )
        );

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
    }

    [Fact]
    public async Task An_idempotency_key_with_another_body_is_refused()
    {
        var other = Wire.NewTrace();
        other["repo"]!["repo_id"] = "other";
        (string, string) key = ("Idempotency-Key", Guid.NewGuid().ToString());
        await _client.SendAsync(HttpMethod.Post, "/traces", Wire.Json(Wire.NewTrace().ToJsonString()), key);

        var answer = await _client.SendAsync(
            HttpMethod.Post,
            "/traces",
            Wire.Json(other.ToJsonString()),
            key
        );

        answer.AssertProblem(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData(255, HttpStatusCode.Created)]
    [InlineData(256, HttpStatusCode.BadRequest)]
    public async Task An_idempotency_key_has_at_most_255_characters(int length, HttpStatusCode status)
    {
        var answer = await _client.SendAsync(
            HttpMethod.Post,
            "/traces",
            Wire.Json(Wire.NewTrace().ToJsonString()),
            ("Idempotency-Key", new string('k', length))
        );

        Assert.Equal(status, answer.Status);
    }
}
