using System.Text.Json.Nodes;
using Dapper;
using Datacurve.Server;
using Datacurve.Server.Storage;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Auth;

/// <summary>What an operator's command changes on the store is on record, on either store.</summary>
public sealed class CommandAuditTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private PostgresStore? _postgres;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Every_change_that_a_command_makes_is_in_the_audit_log_and_nothing_else(string engine)
    {
        if (engine == "postgresql")
            _postgres = await PostgresStore.CreateAsync();
        var team = (await RunAsync("projects", "create", "team")).Trim();
        await RunAsync("projects", "keep", "team", "30");
        await RunAsync("projects", "keep", "team", "default");
        var made = JsonNode.Parse(await RunAsync("keys", "create", "ci", "--project", "team", "--json"))!;
        var keyId = made["key_id"]!.ToString();
        await RunAsync("keys", "list");
        await RunAsync("keys", "revoke", keyId);

        await Assert.ThrowsAsync<StartException>(() => RunAsync("keys", "revoke", keyId));
        await Assert.ThrowsAsync<StartException>(() => RunAsync("projects", "create", "team"));

        Assert.Equal(
            [
                $"{team} command create_project {team}",
                $"{team} command set_retention 30",
                $"{team} command set_retention default",
                $"{team} command create_key {keyId}",
                $"{team} command revoke_key {keyId}",
            ],
            await ActsAsync()
        );
    }

    private Task<string> RunAsync(params string[] arguments) =>
        KeyCommandsTests.RunAsync(Open, () => new(), arguments);

    private Database Open()
    {
        var options = OptionsReader.Read(_ => null, _folder.Path);
        return Database.Open(options with { PostgresConnection = _postgres?.Connection });
    }

    private async Task<List<string>> ActsAsync()
    {
        await using var database = Open();
        var acts = await database.ReadAsync(connection =>
            connection.QueryAsync<(byte[] Project, string Caller, string Action, string Subject)>(
                "select project_id, caller, action, subject from audit_log order by audit_id"
            )
        );
        return [.. acts.Select(act => $"{Ids.ToGuid(act.Project)} {act.Caller} {act.Action} {act.Subject}")];
    }
}
