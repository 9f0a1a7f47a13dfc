using System.Net;
using Microsoft.Data.Sqlite;

namespace Datacurve.Tests.Api;

public sealed class StoreAwayTests(ServiceUnderTest service) : IClassFixture<ServiceUnderTest>
{
    [Fact]
    public async Task A_database_that_another_process_holds_gives_503_and_a_later_try_works()
    {
        var client = service.Client;
        var traceId = await client.OpenTraceAsync();
        var batch = Wire.Batch(1, 2);
        var path = Path.Combine(service.Folder, "datacurve.db");
        await using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(other, "begin immediate");

        var away = await client.AppendAsync(traceId, batch);
        var read = await client.GetAnswerAsync($"/traces/{traceId}");
        await ExecuteAsync(other, "rollback");
        var later = await client.AppendAsync(traceId, batch);

        away.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(away.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, read.Status);
        Assert.Equal("""{"accepted":2,"seq_high":2,"duplicates":0}""", later.Text);
    }

    [Fact]
    public async Task To_be_ready_is_to_have_written_and_leaves_nothing_behind()
    {
        var path = Path.Combine(service.Folder, "datacurve.db");
        await using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        var before = await AskAsync(other, "pragma data_version");
        var pages = await AskAsync(other, "pragma page_count");

        for (var asked = 0; asked < 100; asked++)
            Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAnswerAsync("/health/ready")).Status);

        Assert.NotEqual(before, await AskAsync(other, "pragma data_version"));
        Assert.Equal(pages, await AskAsync(other, "pragma page_count"));
    }

    private static async Task<object?> AskAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
