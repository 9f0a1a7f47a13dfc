using System.Text;
using Datacurve.Core.Qa;
using Datacurve.Core.Replay;
using Datacurve.Server.Blobs;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// Rebuilds what a trace is about: its base, its fix, and how far its edits lead from one to the other.
/// </summary>
internal sealed class WorkspaceBuilder(
    Options options,
    IBlobStore blobs,
    BaseStore bases,
    GitCommand git,
    ILogger<WorkspaceBuilder> log
)
{
    /// <summary>Removes the workspaces that killed runs of the job left.</summary>
    public void RemoveLeftovers(Guid qaJobId) => WorkspaceFolder.RemoveAll(options, qaJobId);

    /// <summary>
    /// Rebuilds a trace. What lies in the trace is an <see cref="UnreproducibleTrace"/>, never an exception.
    /// What an earlier, killed run of the same job left is removed.
    /// </summary>
    /// <exception cref="InfrastructureException">The remote or this machine failed.</exception>
    public async Task<Reproduction> OpenAsync(QaSubject subject, CancellationToken ct)
    {
        var workspaces = new WorkspaceFolder(options, subject.QaJobId);
        RemoveLeftovers(subject.QaJobId);
        var diffId = subject.FinalState.Pr?.DiffBlobId;
        var diff = diffId is { } id ? await BlobAccess.ReadAsync(blobs, id, ct) : null;
        if (diffId is not null && diff is null)
            return Unreproducible(
                subject,
                $"the final diff {diffId} is not held",
                diff,
                NothingReplayed(subject)
            );

        BaseFolder repository;
        try
        {
            repository = await bases.OpenAsync(subject.Trace, subject.Cleanser, ct);
        }
        catch (NotReproducibleException refused)
        {
            return Unreproducible(subject, refused.Message, diff, NothingReplayed(subject));
        }
        return await ReproduceAsync(subject, repository, diff, workspaces, ct);
    }

    private async Task<Reproduction> ReproduceAsync(
        QaSubject subject,
        BaseFolder repository,
        byte[]? diff,
        WorkspaceFolder workspaces,
        CancellationToken ct
    )
    {
        var replay = new TraceReplay(repository.Tree) { HashesMayBeOfRaw = subject.Cleanser is not null };
        var opened = false;
        try
        {
            foreach (var traceEvent in subject.Events)
                if (TraceReplay.BlobOf(traceEvent) is { } blobId)
                    replay.Apply(
                        traceEvent,
                        replay.IsSpent ? null : await BlobAccess.ReadAsync(blobs, blobId, ct)
                    );

            var fix = diff is null ? FixOf(replay) : UnifiedDiff.Parse(diff).Apply(repository.Tree);
            var result = replay.CompareWith(fix);
            var text = diff is null
                ? await WriteDiffAsync(fix, workspaces, ct)
                : Encoding.UTF8.GetString(diff);
            opened = true;
            Log.Reproduced(
                log,
                subject.TraceId.ToString(),
                fix.Count,
                result.Exact,
                result.EditsApplied,
                result.EditsTotal
            );
            return new ReproducedTrace(repository, fix, text, result, workspaces);
        }
        catch (PatchException refused)
        {
            var reason = diff is null
                ? $"the recorded edits do not lead to a fix: {refused.Message}"
                : $"the final diff does not apply to the base: {refused.Message}";
            var result = replay.Result();
            return Unreproducible(subject, reason, diff, result with { Reason = result.Reason ?? reason });
        }
        finally
        {
            if (!opened)
            {
                workspaces.Remove();
                repository.Dispose();
            }
        }
    }

    // Without a final diff the edits are the fix, and one that broke leaves a state that never was.
    private static IReadOnlyList<FileChange> FixOf(TraceReplay replay) =>
        replay.Result() is { BrokenAtSeq: { } seq, Reason: var reason }
            ? throw new PatchException($"the edit at seq {seq} breaks: {reason}")
            : replay.Changes();

    private Task<string> WriteDiffAsync(
        IReadOnlyList<FileChange> fix,
        WorkspaceFolder workspaces,
        CancellationToken ct
    ) => new DiffText(git).WriteAsync(fix, workspaces.PathOf("diff.git"), ct);

    private UnreproducibleTrace Unreproducible(
        QaSubject subject,
        string reason,
        byte[]? diff,
        ReplayResult replay
    )
    {
        Log.NotReproducible(log, subject.TraceId.ToString(), reason);
        var text = diff is null ? null : Encoding.UTF8.GetString(diff);
        return new UnreproducibleTrace(reason, text, replay with { Reason = replay.Reason ?? reason });
    }

    /// <summary>What there is to replay of a trace, none of which was.</summary>
    public static ReplayResult NothingReplayed(QaSubject subject) =>
        new()
        {
            Exact = false,
            EditsTotal = subject.Events.Count(one => one.Payload is Datacurve.Core.Events.FileEdit),
            EditsApplied = 0,
        };
}
