using System.Text.Json.Nodes;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Auth;

/// <summary>Who pages through the audit log by its ids misses no line of it.</summary>
public sealed class AuditPagesTests(PostgresService service) : IClassFixture<PostgresService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_that_is_committed_after_later_ones_is_in_the_page_or_in_the_next()
    {
        var (written, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = service
            .Part<Database>()
            .WriteAsync(
                async connection =>
                {
                    await CommandActs.NoteAsync(connection, Project, "slow", "s", 1);
                    written.SetResult();
                    await ended.Task;
                    return 0;
                },
                Ct
            );
        await written.Task;
        await service
            .Part<Database>()
            .WriteAsync(connection => CommandActs.NoteAsync(connection, Project, "fast", "s", 1), Ct);

        var reading = ReadAsync(after: 0);
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), Ct));
        // Whoever writes meanwhile is not held up.
        await service.Client.OpenTraceAsync();
        ended.SetResult();
        await slow;
        var page = await reading;
        var next = await ReadAsync(page.Count == 0 ? 0 : page[^1]["audit_id"]!.GetValue<long>());

        Assert.Equal(
            ["create_trace", "fast", "slow"],
            page.Concat(next)
                .Select(act => act["action"]!.ToString())
                .Where(action => action != "list_audit")
                .Order(StringComparer.Ordinal)
        );
    }

    private static byte[] Project => ProjectId.Default.Value.Stored();

    private async Task<List<JsonNode>> ReadAsync(long after) =>
        [
            .. (await service.Client.GetAnswerAsync($"/admin/audit?after_id={after}")).Json["acts"]!
                .AsArray()
                .Select(act => act!),
        ];
}
