using System.Text.Json.Nodes;
using Dapper;
using Datacurve.Server;
using Datacurve.Server.Auth;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;
using Datacurve.Tests.Cli;

namespace Datacurve.Tests.Auth;

/// <summary>Keys and projects by command, on the store itself.</summary>
public sealed class KeyCommandsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private RawKeys _keys = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_key_is_made_shown_once_listed_without_itself_and_revoked()
    {
        var made = JsonNode.Parse(await RunAsync("keys", "create", "ci", "--scopes", "ingest", "--json"))!;
        var key = made["key"]!.ToString();
        Assert.True(ApiKey.TryParse(key, out var parsed));
        Assert.Equal(parsed.KeyId, made["key_id"]!.ToString());

        var listed = await RunAsync("keys", "list");
        Assert.Equal(
            [
                "key           project  scopes  state   used        name",
                $"{parsed.KeyId}  default  ingest  active  never used  ci",
            ],
            listed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
        Assert.DoesNotContain(key, listed, StringComparison.Ordinal);

        await RunAsync("keys", "revoke", parsed.KeyId);

        Assert.Contains("revoked", await RunAsync("keys", "list"), StringComparison.Ordinal);
        var again = await Assert.ThrowsAsync<StartException>(() => RunAsync("keys", "revoke", parsed.KeyId));
        Assert.Contains("no key", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_itself_is_nowhere_on_disk()
    {
        var key = JsonNode.Parse(await RunAsync("keys", "create", "ci", "--json"))!["key"]!.ToString();

        foreach (var path in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(
                key,
                System.Text.Encoding.Latin1.GetString(
                    await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)
                ),
                StringComparison.Ordinal
            );
    }

    [Fact]
    public async Task A_project_is_made_once_and_a_key_is_bound_to_it()
    {
        await RunAsync("projects", "create", "team-a");

        await RunAsync("keys", "create", "ci", "--project", "team-a");

        Assert.Contains("team-a", await RunAsync("keys", "list"), StringComparison.Ordinal);
        Assert.Contains("team-a", await RunAsync("projects", "list"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<StartException>(() => RunAsync("projects", "create", "team-a"));
    }

    [Fact]
    public async Task How_long_a_project_keeps_its_traces_is_listed()
    {
        var unsaid = await RunAsync("projects", "list");
        Assert.Matches("^project +name +mode +traces\n", unsaid);
        Assert.Contains("kept as RETENTION_DAYS says", unsaid, StringComparison.Ordinal);

        await RunAsync("projects", "keep", "default", "30");

        Assert.Contains("kept for 30 days", await RunAsync("projects", "list"));
        await RunAsync("projects", "keep", "default", "1");
        Assert.EndsWith("kept for 1 day\n", await RunAsync("projects", "list"), StringComparison.Ordinal);
        await RunAsync("projects", "keep", "default", "30");
        var listed = JsonNode.Parse(await RunAsync("projects", "list", "--json"))!;
        Assert.Equal(30, listed["projects"]![0]!["retention_days"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_project_is_raw_only_where_there_is_a_key()
    {
        Assert.Contains("default  redacted", await RunAsync("projects", "list"), StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<StartException>(() =>
            RunAsync("projects", "mode", "default", "raw")
        );
        Assert.Contains("RAW_KEY_PATH", refused.Message, StringComparison.Ordinal);

        _keys = new RawKeys(new RawKey(new byte[RawKey.KeyBytes]));
        await RunAsync("projects", "mode", "default", "raw");

        Assert.Contains("default  raw", await RunAsync("projects", "list"), StringComparison.Ordinal);
        await RunAsync("projects", "mode", "default", "redacted");
        Assert.Contains("default  redacted", await RunAsync("projects", "list"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<StartException>(() => RunAsync("projects", "mode", "nowhere", "raw"));
        await Assert.ThrowsAsync<StartException>(() => RunAsync("projects", "mode", "default", "sealed"));
    }

    [Theory]
    [InlineData("keys", "create", "x", "--scopes", "everything")]
    [InlineData("keys", "create", "x", "--project", "nowhere")]
    [InlineData("projects", "create", "Not A Name")]
    [InlineData("keys", "create", "")]
    [InlineData("keys", "create", "two\nlines")]
    public async Task What_is_not_taken_is_said_and_makes_nothing(params string[] arguments)
    {
        await Assert.ThrowsAsync<StartException>(() => RunAsync(arguments));

        Assert.Equal("", await RunAsync("keys", "list"));
    }

    [Fact]
    public async Task A_name_or_an_end_past_its_bound_makes_no_key_and_one_that_is_there_is_listed()
    {
        await Assert.ThrowsAsync<StartException>(() => RunAsync("keys", "create", new string('x', 201)));
        Assert.NotEmpty(
            Root(Open, () => _keys, TextWriter.Null)
                .Parse(["keys", "create", "x", "--expires-in-days", "99999999"])
                .Errors
        );
        Assert.Equal("", await RunAsync("keys", "list"));

        await RunAsync("keys", "create", new string('x', 200), "--expires-in-days", "100000");
        await using (var database = Open())
            await database.WriteAsync(
                connection =>
                    connection.ExecuteAsync("update api_keys set expires_at_ms = 1000000000000000000"),
                TestContext.Current.CancellationToken
            );

        Assert.Contains("until 9999-12-31 23:59", await RunAsync("keys", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_that_is_no_day_from_now_is_a_wrong_command_line_and_makes_nothing()
    {
        var parsed = Root(Open, () => _keys, TextWriter.Null)
            .Parse(["keys", "create", "x", "--expires-in-days", "0"]);

        Assert.Contains(
            "--expires-in-days takes a whole number from 1 to 100000.",
            parsed.Errors.Select(error => error.Message)
        );
        Assert.NotEqual(0, await parsed.InvokeAsync(Quietly, TestContext.Current.CancellationToken));
        Assert.Equal("", await RunAsync("keys", "list"));
    }

    private static System.CommandLine.InvocationConfiguration Quietly =>
        new()
        {
            EnableDefaultExceptionHandler = false,
            Output = TextWriter.Null,
            Error = TextWriter.Null,
        };

    private static System.CommandLine.RootCommand Root(
        Func<Database> open,
        Func<RawKeys> keys,
        TextWriter output
    )
    {
        var root = new System.CommandLine.RootCommand();
        foreach (var command in KeyCommands.Create(_ => open(), _ => open(), _ => keys(), output))
            root.Add(command);
        return root;
    }

    private Task<string> RunAsync(params string[] arguments) => RunAsync(Open, () => _keys, arguments);

    /// <summary>What a command prints that succeeds on the store that is opened.</summary>
    internal static async Task<string> RunAsync(
        Func<Database> open,
        Func<RawKeys> keys,
        params string[] arguments
    )
    {
        using var output = new StringWriter();
        var exitCode = await Root(open, keys, output)
            .Parse(arguments)
            .InvokeAsync(Quietly, TestContext.Current.CancellationToken);
        Assert.Equal(0, exitCode);
        return output.ToString();
    }

    private Database Open() => Database.Open(OptionsReader.Read(_ => null, _folder.Path));
}
