using System.Text;
using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Capture.Provenance;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Writes changes of the tree into the log, each with the diff that leads from the shadow to it, and moves
/// the shadow along: what the shadow holds is what a replay of the log gives.
/// </summary>
internal sealed class EditRecorder(
    Recording recording,
    Shadow shadow,
    EditSources sources,
    CaptureLimits limits
)
{
    private const int InlineDeletionMax = 1 << 20;

    private readonly DiffText _diff = new(limits.DiffEditsMax);

    /// <summary>Branch and commit of the events to come.</summary>
    public EventContext Context { get; set; } = new();

    /// <summary>Edits recorded so far.</summary>
    public long Edits { get; private set; }

    public async Task RecordAsync(TreeChange change, CancellationToken ct)
    {
        var source = sources.Of(change.Path, change.Look);
        switch (change)
        {
            case { From: { } from, Before: { } before, After: { Mode: { } mode } after }:
                var rename = _diff.Rename(from, change.Path, before.Mode, mode);
                await EditAsync(change, source, rename, null, after.Digest, ct);
                shadow.Move(from, change.Path, mode, after.Stamp);
                break;
            case { Before: { } before, After: null }:
                await EditAsync(change, source, Deletion(change.Path, before), before.Digest, null, ct);
                shadow.Remove(change.Path);
                break;
            case { Before: null, After: { } after }:
                await CreateAsync(change, source, after.State, after.Digest, ct);
                shadow.Set(change.Path, after.State, after.Digest, after.Stamp);
                break;
            case { Before: { } before, After: { } after }:
                await ChangeAsync(change, source, before, after.State, after.Digest, ct);
                shadow.Set(change.Path, after.State, after.Digest, after.Stamp);
                break;
        }
    }

    public async Task RecordAsync(MadeCommit made, Cleanse cleanse, CancellationToken ct)
    {
        var message = cleanse(".git/COMMIT_EDITMSG", Encoding.UTF8.GetBytes(made.Message)) ?? [];
        var commit = new Commit
        {
            CommitSha = made.Sha,
            Message = Encoding.UTF8.GetString(message),
            ParentShas = made.Parents,
        };
        await recording.AddAsync(new NewEvent(ActorKind.Human, commit) { Context = Context }, ct);
    }

    private byte[] Deletion(string path, ShadowFile before) =>
        before.IsBinary || before.Place.Length > InlineDeletionMax
            ? _diff.DeleteBinary(path, before.Mode)
            : _diff.Delete(path, shadow.StateOf(before));

    private async Task CreateAsync(
        TreeChange change,
        EditSource source,
        FileState state,
        ContentDigest digest,
        CancellationToken ct
    )
    {
        if (!DiffText.IsBinary(state.Content))
        {
            await EditAsync(change, source, _diff.Create(change.Path, state), null, digest, ct);
            return;
        }
        await SnapshotAsync(change, source, state.Content, ct);
        await ModeAsync(change, source, FileMode.Regular, state.Mode, digest, ct);
    }

    private async Task ChangeAsync(
        TreeChange change,
        EditSource source,
        ShadowFile before,
        FileState state,
        ContentDigest digest,
        CancellationToken ct
    )
    {
        if (before.Digest == digest)
        {
            await ModeAsync(change, source, before.Mode, state.Mode, digest, ct);
            return;
        }
        if (before.IsBinary || DiffText.IsBinary(state.Content))
        {
            await SnapshotAsync(change, source, state.Content, ct);
            await ModeAsync(change, source, before.Mode, state.Mode, digest, ct);
            return;
        }
        var patch = _diff.Change(change.Path, shadow.StateOf(before), state);
        if (patch.Length <= PatchLimits.PatchBytesMax)
        {
            await EditAsync(change, source, patch, before.Digest, digest, ct);
            return;
        }

        // Both whole contents are more than one diff may hold, each alone is not.
        var deletion = _diff.DeleteBinary(change.Path, before.Mode);
        await EditAsync(change, source, deletion, before.Digest, null, ct);
        await EditAsync(change, source, _diff.Create(change.Path, state), null, digest, ct);
    }

    private async Task ModeAsync(
        TreeChange change,
        EditSource source,
        FileMode before,
        FileMode after,
        ContentDigest digest,
        CancellationToken ct
    )
    {
        if (before != after)
            await EditAsync(change, source, _diff.ChangeMode(change.Path, before, after), digest, digest, ct);
    }

    private async Task EditAsync(
        TreeChange change,
        EditSource source,
        byte[] patch,
        ContentDigest? before,
        ContentDigest? after,
        CancellationToken ct
    ) =>
        await AddAsync(
            change,
            source,
            new FileEdit
            {
                FilePath = change.Path,
                EditKind = EditKind.Patch,
                PatchBlobId = await recording.AddBlobAsync(patch, ct),
                PreHash = before?.ToString(),
                PostHash = after?.ToString(),
                Origin = source.Origin,
                Provenance = source.Provenance,
            },
            ct
        );

    private async Task SnapshotAsync(
        TreeChange change,
        EditSource source,
        byte[] content,
        CancellationToken ct
    ) =>
        await AddAsync(
            change,
            source,
            new FileSnapshot
            {
                FilePath = change.Path,
                ContentBlobId = await recording.AddBlobAsync(content, ct),
                SnapshotReason = SnapshotReason.Save,
                Origin = source.Origin,
                Provenance = source.Provenance,
            },
            ct
        );

    private async Task AddAsync(
        TreeChange change,
        EditSource source,
        EventPayload payload,
        CancellationToken ct
    )
    {
        var actor = source.Origin is EditOrigin.Save ? ActorKind.Ide : ActorKind.Tool;
        var context = Context with { CorrelationId = source.CorrelationId };
        var added = new NewEvent(actor, payload) { Context = context, TsMs = change.Look.Hint.LastMs };
        await recording.AddAsync(added, ct);
        Edits++;
    }
}
