using System.Text;
using Dapper;
using Datacurve.Server.Storage;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Erasing;

/// <summary>
/// PostgreSQL copies values into its statistics, which stay when their rows go. What was recorded must not be
/// among them.
/// </summary>
public sealed class SampledValuesTests
{
    private const string Analyze = "analyze traces, trace_labels, idempotency_keys, events, qa_runs";
    private const string Script = "0011_unsampled_content.sql";

    [Fact]
    public async Task Statistics_hold_nothing_of_what_was_recorded()
    {
        await using var rig = await ErasureRig.StartAsync("postgresql", "files");
        var words = await RecordAsync(rig);

        await rig.ExecuteAsync(Analyze);

        // Of everything else there are some.
        Assert.Contains("created_at_ms{", await SamplesAsync(rig), StringComparison.Ordinal);
        await AssertNoneAsync(rig, words);
    }

    [Fact]
    public async Task What_statistics_of_an_older_version_hold_is_forgotten()
    {
        await using var rig = await ErasureRig.StartAsync("postgresql", "files");
        await rig.ExecuteAsync(
            "alter table traces alter column document set statistics -1, alter column developer_id set statistics -1"
        );
        var words = await RecordAsync(rig);
        await rig.ExecuteAsync(Analyze);
        Assert.Contains(Hex(words[0]), await SamplesAsync(rig), StringComparison.Ordinal);

        await rig.ExecuteAsync(
            MigrationScripts.Of(MigrationScripts.PostgreSql).Single(script => script.Name == Script).Contents
        );

        await AssertNoneAsync(rig, words);
    }

    /// <summary>Two of each, since of a single value no bounds are kept.</summary>
    private static async Task<List<string>> RecordAsync(ErasureRig rig)
    {
        var words = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var trace = new MarkedTrace();
            var traceId = await trace.RecordAsync(new TraceClient(rig.Client));
            await rig.Client.WaitForQaAsync(traceId);
            words.Add(trace["title"]);
            words.AddRange(trace.Words);
        }

        return words;
    }

    private static async Task AssertNoneAsync(ErasureRig rig, IEnumerable<string> words)
    {
        var samples = await SamplesAsync(rig);
        Assert.All(
            words,
            word =>
            {
                Assert.DoesNotContain(word, samples, StringComparison.Ordinal);
                Assert.DoesNotContain(Hex(word), samples, StringComparison.Ordinal);
            }
        );
    }

    private static async Task<string> SamplesAsync(ErasureRig rig) =>
        string.Join(
            '\n',
            await rig.Database.ReadAsync(connection =>
                connection.QueryAsync<string>(
                    """
                    select concat(attname, most_common_vals::text, histogram_bounds::text)
                    from pg_stats where schemaname = current_schema()
                    """
                )
            )
        );

    // As bytes are written.
    private static string Hex(string word) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(word));
}
