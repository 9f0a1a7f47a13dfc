using System.Net;
using Datacurve.Tests.Storage;
using Npgsql;

namespace Datacurve.Tests.Api;

/// <summary>
/// A PostgreSQL that goes away and comes back: what cannot be done now is told within seconds, and nothing
/// that was acknowledged is lost or stored twice.
/// </summary>
public sealed class PostgresAwayTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_that_the_server_ended_are_replaced_unnoticed()
    {
        await using var service = new PostgresService();
        await service.InitializeAsync();
        var traceId = await service.Client.OpenTraceAsync();
        for (var first = 1; first < 200; first += 10)
        {
            await EndConnectionsAsync(service.Store!);

            var answer = await service.Client.AppendAsync(traceId, Wire.Batch(first, 10));

            Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text);
        }

        Assert.Equal(200, (await service.Client.GetTraceAsync(traceId))["events"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_server_that_is_away_gives_503_and_everything_works_when_it_is_back()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var store = await PostgresStore.CreateAsync(cluster.Url);
        await using var service = new PostgresService();
        await service.StartOnAsync(store);
        var client = service.Client;
        var traceId = await client.OpenTraceAsync();
        var first = await client.AppendAsync(traceId, Wire.Batch(1, 10));
        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        var batch = Wire.Batch(11, 10);

        await cluster.KillAsync();
        var append = await client.AppendAsync(traceId, batch);
        var read = await client.GetAnswerAsync($"/traces/{traceId}");
        var open = await client.PostAsync("/traces", Wire.NewTrace());
        var ready = await client.GetAnswerAsync("/health/ready");
        var live = await client.GetAnswerAsync("/health");
        await cluster.RestartAsync();
        var later = await client.AppendAsync(traceId, batch);

        foreach (var away in new[] { append, read, open, ready })
        {
            away.AssertProblem(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(away.Headers.RetryAfter);
        }

        Assert.Equal(HttpStatusCode.OK, live.Status);
        Assert.Equal("""{"accepted":10,"seq_high":20,"duplicates":0}""", later.Text);
        Assert.Equal(20, (await client.GetTraceAsync(traceId))["events"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_append_to_a_server_that_does_not_answer_gives_503_and_is_stored_once_later()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var store = await PostgresStore.CreateAsync(cluster.Url);
        await using var service = new PostgresService();
        await service.StartOnAsync(store);
        var traceId = await service.Client.OpenTraceAsync();
        await service.Client.AppendAsync(traceId, Wire.Batch(1, 10));
        var batch = Wire.Batch(11, 10);

        await cluster.PauseAsync();
        var append = await service.Client.AppendAsync(traceId, batch);
        await cluster.ResumeAsync();
        var later = await service.Client.AppendAsync(traceId, batch);

        append.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(append.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Accepted, later.Status);
        Assert.Equal(20, (await service.Client.GetTraceAsync(traceId))["events"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_trace_that_another_transaction_holds_keeps_others_free_and_is_appended_after_it()
    {
        await using var service = new PostgresService();
        await service.InitializeAsync();
        var held = await service.Client.OpenTraceAsync();
        var free = await service.Client.OpenTraceAsync();
        await using var other = new NpgsqlConnection(service.Store!.Connection);
        await other.OpenAsync(Ct);
        await using var transaction = await other.BeginTransactionAsync(Ct);
        await ExecuteAsync(
            other,
            $"update traces set status = status where trace_id = '\\x{held.Replace("-", "", StringComparison.Ordinal)}'"
        );

        var waiting = service.Client.AppendAsync(held, Wire.Batch(1, 3));
        var passing = await service.Client.AppendAsync(free, Wire.Batch(1, 3));
        Assert.False(waiting.IsCompleted);
        await transaction.RollbackAsync(Ct);

        Assert.Equal(HttpStatusCode.Accepted, passing.Status);
        Assert.Equal(HttpStatusCode.Accepted, (await waiting).Status);
    }

    private static async Task EndConnectionsAsync(PostgresStore store)
    {
        await using var other = new NpgsqlConnection(store.Connection);
        await other.OpenAsync(Ct);
        await ExecuteAsync(
            other,
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """
        );
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Ct);
    }
}
