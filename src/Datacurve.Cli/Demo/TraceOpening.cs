using System.Runtime.InteropServices;
using System.Text.Json;
using Datacurve.Cli.Client;
using Datacurve.Cli.Rendering;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Demo;

/// <summary>
/// What every subject does alike: open the trace on a snapshot of its base, and state the final fix.
/// </summary>
internal sealed class TraceOpening(ServiceClient client, Printer printer)
{
    private const int ShortHash = 12;

    /// <summary>Uploads the base as a tar and opens a trace on it.</summary>
    public async Task<Recorder> OpenAsync(
        Repo repo,
        BugFixTask task,
        TestSetup test,
        byte[] baseTar,
        CancellationToken ct
    )
    {
        var snapshot = await client.PutBlobAsync(baseTar, ct);
        var opened = await client.OpenTraceAsync(
            new NewTrace
            {
                Repo = repo,
                Task = task,
                Developer = new Developer { DeveloperId = "demo" },
                Environment = EnvironmentOf(test),
                Ingestion = new Ingestion { ClientSessionId = Guid.NewGuid().ToString() },
                Artifacts = new Dictionary<string, JsonElement>
                {
                    ["base_snapshot_blob_id"] = JsonElement.Parse($"\"{snapshot}\""),
                },
            },
            ct
        );
        printer.Labelled("bug", task.BugReport.Title);
        printer.Labelled("base", $"{repo.CommitBase[..ShortHash]}, as a tar of {baseTar.Length} bytes");
        printer.Labelled("trace", $"{opened.TraceId}, {opened.Status}");
        return new Recorder(client, opened.TraceId, TimeProvider.System);
    }

    /// <summary>The fix between two commits, its diff uploaded, described by the commit's message.</summary>
    public async Task<FinalState> FinalStateAsync(
        GitRepository repository,
        string commitBase,
        string commitHead,
        CancellationToken ct
    )
    {
        var diff = await repository.DiffAsync(commitBase, commitHead, ct);
        var message = (await repository.MessageAsync(commitHead, ct)).Split('\n', 2);
        return new FinalState
        {
            CommitHead = commitHead,
            Pr = new PullRequest
            {
                Title = message[0],
                Description = message.Length > 1 ? message[1].Trim() : null,
                DiffBlobId = await client.PutBlobAsync(diff, ct),
            },
        };
    }

    private static DevelopmentEnvironment EnvironmentOf(TestSetup test) =>
        new()
        {
            Os = RuntimeInformation.OSDescription,
            Ide = new Ide { Name = "datacurve demo" },
            Language = ["python"],
            Timezone = "UTC",
            Test = test,
        };
}
