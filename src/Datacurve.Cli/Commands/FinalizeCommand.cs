using System.CommandLine;
using System.Net;
using Datacurve.Cli.Client;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve finalize</c>: says what the fix is, sends the rest, and has it proved.</summary>
internal static class FinalizeCommand
{
    public static Command Create(Printer output, Printer errors)
    {
        var range = new Option<string?>("--range")
        {
            Description = "The commits that are the fix; without it, the recorded edits are",
            HelpName = "A..B",
        };
        var pr = new Option<string?>("--pr")
        {
            Description = "The pull request: its address or its title",
            HelpName = "url|title",
        };
        var wait = new Option<bool>("--wait")
        {
            Description = "Follow the tests and the judge, and show the result",
        };
        var recording = new RecordingOption();
        var url = ServiceUrlOption.WithDefault();
        var json = new Option<bool>("--json")
        {
            Description = "Print the trace document as JSON, progress on stderr",
        };
        var command = new Command(
            "finalize",
            "End the recording: say what the fix is, send the rest, have it proved"
        )
        {
            range,
            pr,
            wait,
            recording.Option,
            url,
            json,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                var (store, files, manifest) = recording.Find(parsed);
                using var client = ServiceConnection.Open(parsed.GetValue(url)!);
                string traceId;
                await using (var held = store.Open(manifest.RecordingId))
                {
                    traceId = await FinalizeAsync(
                        held,
                        client,
                        parsed.GetValue(range),
                        parsed.GetValue(pr),
                        errors,
                        ct
                    );
                }
                return await new FinalizedTrace(client, traceId).ShowAsync(
                    parsed.GetValue(wait),
                    parsed.GetValue(json) ? parsed.InvocationConfiguration.Output : null,
                    parsed.GetValue(json) ? errors : output,
                    ct
                );
            }
        );
        return command;
    }

    /// <summary>Proves that the log leads to the working tree, sends the rest, and ends the trace.</summary>
    /// <returns>The trace's id.</returns>
    public static async Task<string> FinalizeAsync(
        Recording held,
        ServiceClient client,
        string? range,
        string? pr,
        Printer errors,
        CancellationToken ct
    )
    {
        if (held.Files.ReadShipment().IsFinalized)
            throw new RecordingException($"Recording {held.Manifest.RecordingId} is finalized already.");
        var fix = await FixProof.ProveAsync(held, errors, ct);
        var finalState = await StateAsync(held, range, pr, fix, ct);
        return await SendAsync(held, client, finalState, errors, ct);
    }

    private static async Task<FinalState> StateAsync(
        Recording held,
        string? range,
        string? pr,
        ProvenFix? fix,
        CancellationToken ct
    )
    {
        var manifest = held.Manifest;
        var commits = range is null
            ? null
            : await CommitRange.ReadAsync(manifest.RepositoryRoot, range, held.Trace.Repo.CommitBase, ct);
        var isAddress =
            Uri.TryCreate(pr, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
        var request = new PullRequest
        {
            Title = (isAddress ? commits?.Title : pr ?? commits?.Title) is { } title
                ? held.Cleanse(title)
                : null,
            Description = commits is null ? null : held.Cleanse(commits.Description),
            DiffBlobId = DiffOf(commits, fix) is { } diff
                ? await held.AddBlobAsync(diff, ContentKind.Code, ct)
                : null,
        };
        if (pr is not null || commits is not null)
            await held.AddAsync(
                new NewEvent(
                    ActorKind.Human,
                    new PrMetadata
                    {
                        Title = request.Title,
                        Description = request.Description,
                        DiffBlobId = request.DiffBlobId,
                        PrUrl = isAddress ? pr : null,
                    }
                ),
                ct
            );
        return new FinalState
        {
            CommitHead = commits?.Head ?? await CommitRange.HeadAsync(manifest.RepositoryRoot, ct),
            Pr = pr is null && commits is null && fix is null ? null : request,
        };
    }

    // Git's own diff is of what git stores: without the line ends and filters of the working tree, and with
    // secrets that are cleansed line by line where the edits were cleansed in whole files.
    private static byte[]? DiffOf(CommitRange? commits, ProvenFix? fix) =>
        commits is null ? fix?.Diff() : fix?.DiffOf(commits) ?? commits.Diff;

    private static async Task<string> SendAsync(
        Recording held,
        ServiceClient client,
        FinalState finalState,
        Printer errors,
        CancellationToken ct
    )
    {
        var report = await PushCommand.SendAsync(held, client, new ShipperOptions(), errors, ct);
        // Where no pull request is told, no event names the diff.
        if (finalState.Pr?.DiffBlobId is { } diff && held.Consent.StoreRawCode)
            await PushCommand.SendBlobAsync(held, client, diff, errors, ct);
        var backoff = new Backoff(new ShipperOptions(), TimeProvider.System, text => errors.Line(text));
        try
        {
            await backoff.RunAsync(() => client.FinalizeAsync(report.TraceId, finalState, ct), ct);
        }
        catch (ServiceRefusedException refused) when (refused.Status == HttpStatusCode.Conflict)
        {
            // The answer to an earlier attempt may have been lost.
            var trace = await backoff.RunAsync(
                () => client.GetTraceAsync(report.TraceId, includeEvents: false, ct),
                ct
            );
            if (trace.Status == TraceStatus.Collecting)
                throw;
        }
        held.Files.WriteShipment(held.Files.ReadShipment() with { IsFinalized = true });
        return report.TraceId;
    }
}
