using System.Text;
using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Capture.Provenance;
using Datacurve.Cli.Spool;
using Datacurve.Core.Consent;
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
    PipedEdits piped,
    CaptureLimits limits
)
{
    private const int InlineDeletionMax = 1 << 20;

    private readonly DiffText _diff = new(limits.DiffEditsMax);

    /// <summary>Branch and commit of the events to come.</summary>
    public EventContext Context { get; set; } = new();

    /// <summary>Edits recorded so far.</summary>
    public long Edits { get; private set; }

    /// <summary>
    /// False where the recording could not keep all of it. The shadow then is what the log has, so that a
    /// later look finds the rest.
    /// </summary>
    public async Task<bool> RecordAsync(TreeChange change, CancellationToken ct)
    {
        var edit = new Edit(change.Path, change.Look, sources.Of(change.Look, () => InsertedBy(change)));
        return change switch
        {
            { From: { } from, Before: { } before, After: { } after } => await RenameAsync(
                edit,
                from,
                before,
                after,
                ct
            ),
            { Before: { } before, After: null } => await DeleteAsync(edit, before, ct),
            { Before: null, After: { } after } => await CreateAsync(edit, after, ct),
            { Before: { } before, After: { } after } => await ChangeAsync(edit, before, after, ct),
            _ => true,
        };
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

    // A file that is gone, has another name or another mode says nothing of who did that.
    private LetterCounts? InsertedBy(TreeChange change) =>
        change is { From: null, After.Content: { } after }
        && change.Before is not { IsBinary: true }
        && change.Before?.Digest != change.After.Digest
        && !DiffText.IsBinary(after)
            ? LetterCounts.Inserted(
                change.Before is { } before ? shadow.StateOf(before).Content : [],
                after,
                limits.DiffEditsMax
            )
            : null;

    private async Task<bool> RenameAsync(
        Edit edit,
        string from,
        ShadowFile before,
        Observed after,
        CancellationToken ct
    )
    {
        var mode = after.Mode!.Value;
        var rename = _diff.Rename(from, edit.Path, before.Mode, mode);
        if (!await PatchAsync(edit, rename, null, after.Digest, ct))
            return false;
        shadow.Move(from, edit.Path, mode, after.Stamp);
        return true;
    }

    private async Task<bool> DeleteAsync(Edit edit, ShadowFile before, CancellationToken ct)
    {
        var deletion =
            before.IsBinary || before.Place.Length > InlineDeletionMax
                ? _diff.DeleteBinary(edit.Path, before.Mode)
                : _diff.Delete(edit.Path, shadow.StateOf(before));
        if (!await PatchAsync(edit, deletion, before.Digest, null, ct))
            return false;
        shadow.Remove(edit.Path);
        return true;
    }

    private async Task<bool> CreateAsync(Edit edit, Observed after, CancellationToken ct)
    {
        if (DiffText.IsBinary(after.Content))
            return await SnapshotAsync(edit, FileMode.Regular, after, ct) && await ModeAsync(edit, after, ct);
        var creation = _diff.Create(edit.Path, after.State);
        return await WriteAsync(
            edit,
            after,
            after.Mode!.Value,
            () => PatchAsync(edit, creation, null, after.Digest, ct)
        );
    }

    private async Task<bool> ChangeAsync(Edit edit, ShadowFile before, Observed after, CancellationToken ct)
    {
        if (before.Digest == after.Digest)
            return await ModeAsync(edit, after, ct);
        if (before.IsBinary || DiffText.IsBinary(after.Content))
            return await SnapshotAsync(edit, before.Mode, after, ct) && await ModeAsync(edit, after, ct);

        var patch = _diff.Change(edit.Path, shadow.StateOf(before), after.State);

        // Both whole contents may be more than one diff may hold, each alone is not.
        return patch.Length > PatchLimits.PatchBytesMax
            ? await DeleteAsync(edit, before, ct) && await CreateAsync(edit, after, ct)
            : await WriteAsync(
                edit,
                after,
                after.Mode!.Value,
                () => PatchAsync(edit, patch, before.Digest, after.Digest, ct)
            );
    }

    // A snapshot says nothing of the mode, which stays as it is.
    private Task<bool> SnapshotAsync(Edit edit, FileMode mode, Observed after, CancellationToken ct) =>
        WriteAsync(edit, after, mode, () => SnapshotAsync(edit, after.Content!, ct));

    private async Task<bool> ModeAsync(Edit edit, Observed after, CancellationToken ct)
    {
        var (known, mode) = (shadow.Find(edit.Path)!, after.Mode!.Value);
        if (known.Mode != mode)
        {
            var change = _diff.ChangeMode(edit.Path, known.Mode, mode);
            if (!await PatchAsync(edit, change, after.Digest, after.Digest, ct))
                return false;
        }
        (known.Mode, known.Stamp) = (mode, after.Stamp);
        return true;
    }

    // The content is kept before the log says that it is there, since the disk may refuse it.
    private async Task<bool> WriteAsync(Edit edit, Observed after, FileMode mode, Func<Task<bool>> add)
    {
        var place = shadow.Keep(after.Content);
        if (!await add())
        {
            shadow.LetGo(place);
            return false;
        }
        shadow.Set(
            edit.Path,
            new ShadowFile
            {
                Mode = mode,
                Digest = after.Digest,
                IsBinary = DiffText.IsBinary(after.Content),
                Place = place,
                Stamp = mode == after.Mode ? after.Stamp : FileStamp.None,
            }
        );
        return true;
    }

    private async Task<bool> PatchAsync(
        Edit edit,
        byte[] patch,
        ContentDigest? before,
        ContentDigest? after,
        CancellationToken ct
    ) =>
        await AddAsync(
            edit,
            new FileEdit
            {
                FilePath = edit.Path,
                EditKind = EditKind.Patch,
                PatchBlobId = await recording.AddBlobAsync(patch, ContentKind.Code, ct),
                PreHash = before?.ToString(),
                PostHash = after?.ToString(),
                Origin = edit.Source.Origin,
                Provenance = edit.Source.Provenance,
            },
            ct
        );

    private async Task<bool> SnapshotAsync(Edit edit, byte[] content, CancellationToken ct) =>
        await AddAsync(
            edit,
            new FileSnapshot
            {
                FilePath = edit.Path,
                ContentBlobId = await recording.AddBlobAsync(content, ContentKind.Code, ct),
                SnapshotReason = SnapshotReason.Save,
                Origin = edit.Source.Origin,
                Provenance = edit.Source.Provenance,
            },
            ct
        );

    private async Task<bool> AddAsync(Edit edit, EventPayload payload, CancellationToken ct)
    {
        var actor = edit.Source.Origin is EditOrigin.Save ? ActorKind.Ide : ActorKind.Tool;
        if (payload is FileEdit patch)
            (payload, actor) = piped.Complete(patch, actor);
        var context = Context with { CorrelationId = edit.Source.CorrelationId };
        var added = new NewEvent(actor, payload) { Context = context, TsMs = edit.Look.Hint.LastMs };
        if (await recording.TryAddAsync(added, ct) is not { } recorded)
            return false;
        Edits++;
        piped.Recorded(recorded);
        return true;
    }

    private sealed record Edit(string Path, Look Look, EditSource Source);
}
