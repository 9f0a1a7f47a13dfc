using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Core.Redaction;

namespace Datacurve.Core.Replay;

/// <summary>
/// Replays the recorded edits of a trace on its base, one event at a time in seq order. Holds only what the
/// edits change; does no I/O of its own.
/// </summary>
/// <remarks>
/// <para>
/// A <c>file_edit</c> must apply exactly, and its <c>pre_hash</c> and <c>post_hash</c> must be those of the
/// file before and after. The first that does not is the break. The file of a broken edit keeps the content
/// it had,
/// and edits of it are passed over until a snapshot says what it holds; other files replay on.
/// </para>
/// <para>
/// A <c>file_snapshot</c> is an observation. Where it equals the replayed content it confirms it and counts
/// as nothing. Where it differs it becomes the content: of a binary file that is the recorded edit, since no
/// text diff could carry it; of text it is an unrecorded change, and the replay is not exact, because the
/// trace shows a result but not how it came about.
/// </para>
/// <para>
/// A <c>recording_gap</c> that lacks edits makes the replay not exact, even where the others lead to the fix:
/// what is missing may have been undone, but it was a step.
/// </para>
/// </remarks>
public sealed class TraceReplay(IFileTree start, long workBytesMax = PatchLimits.WorkBytesMax)
{
    /// <summary>
    /// Whether files were redacted after their hashes were recorded. A hash that differs then proves nothing
    /// where the file holds a placeholder, and counts as not checked.
    /// </summary>
    public bool HashesMayBeOfRaw { get; init; }

    private const int DifferingPathsMax = 100;
    private readonly OverlayTree _tree = new(start);
    private readonly HashSet<string> _broken = [];
    private int _editsTotal;
    private int _editsApplied;
    private int _hashesChecked;
    private int _hashesUnchecked;
    private int _unrecordedChanges;
    private long _editsMissing;
    private long _workBytes;
    private long? _brokenAtSeq;
    private string? _reason;

    /// <summary>
    /// Whether the events so far have cost as much as a replay may: nothing applies any more, and no blob
    /// needs to be read for it.
    /// </summary>
    public bool IsSpent => _workBytes > workBytesMax;

    /// <summary>The tree as it is after the events so far.</summary>
    public IFileTree Tree => _tree;

    /// <summary>
    /// The blob that <see cref="Apply"/> needs for an event; null for one that changes no file.
    /// </summary>
    public static BlobId? BlobOf(TraceEvent traceEvent) =>
        traceEvent.Payload switch
        {
            FileEdit edit => edit.PatchBlobId,
            FileSnapshot snapshot => snapshot.ContentBlobId,
            _ => null,
        };

    /// <summary>
    /// Replays one event; one that changes no file is passed over. Never throws on what it says.
    /// </summary>
    /// <param name="traceEvent">The next event in seq order.</param>
    /// <param name="blob">The content of <see cref="BlobOf"/>; null where nobody holds it.</param>
    public void Apply(TraceEvent traceEvent, byte[]? blob)
    {
        var root = traceEvent.Context?.WorkspaceRoot;
        // Counted whether or not it applies: it was read either way.
        _workBytes += blob?.Length ?? 0;
        switch (traceEvent.Payload)
        {
            case FileEdit edit:
                _editsTotal++;
                ApplyOrBreak(traceEvent.Seq, edit.FilePath, root, path => ApplyEdit(edit, path, blob));
                break;
            case FileSnapshot snapshot:
                ApplyOrBreak(
                    traceEvent.Seq,
                    snapshot.FilePath,
                    root,
                    path => ApplySnapshot(traceEvent.Seq, snapshot, path, blob)
                );
                break;
            case RecordingGap { Edits: > 0 } gap:
                _editsMissing += gap.Edits.Value;
                _reason ??=
                    $"{Quantity.Are(gap.Edits.Value, "edit")} missing from the trace at seq {traceEvent.Seq}";
                break;
        }
    }

    /// <summary>What the events so far change, by path.</summary>
    public IReadOnlyList<FileChange> Changes() => _tree.Changes();

    /// <summary>
    /// How far the edits lead to the fix. Every file that the fix or the replay touched is compared,
    /// content and mode.
    /// </summary>
    /// <param name="fix">The final diff relative to the same base.</param>
    public ReplayResult CompareWith(IReadOnlyList<FileChange> fix)
    {
        var expected = fix.ToDictionary(change => change.Path, change => change.After);
        var differing = expected
            .Keys.Union(_tree.ChangedPaths)
            .Where(path =>
                !FileState.SameAs(
                    _tree.Find(path),
                    expected.TryGetValue(path, out var after) ? after : start.Find(path)
                )
            )
            .Order(StringComparer.Ordinal)
            .ToList();
        var result = Result();
        return result with
        {
            Exact =
                result.BrokenAtSeq is null
                && _unrecordedChanges == 0
                && _editsMissing == 0
                && differing.Count == 0,
            Reason =
                result.Reason
                ?? (differing.Count > 0 ? "the replayed files are not those of the final diff" : null),
            DifferingPaths = [.. differing.Take(DifferingPathsMax)],
        };
    }

    /// <summary>
    /// How far the edits replay, without a fix to compare with; never exact, as nothing was shown to be
    /// equal.
    /// </summary>
    public ReplayResult Result() =>
        new()
        {
            Exact = false,
            EditsTotal = _editsTotal,
            EditsApplied = _editsApplied,
            HashesChecked = _hashesChecked,
            HashesUnchecked = _hashesUnchecked,
            UnrecordedChanges = _unrecordedChanges,
            BrokenAtSeq = _brokenAtSeq,
            Reason = _reason,
        };

    private void ApplyOrBreak(long seq, string filePath, string? root, Action<string> apply)
    {
        string? path = null;
        try
        {
            path = RepoPath.FromClient(filePath, root);
            apply(path);
        }
        catch (PatchException refused)
        {
            if (path is not null)
                _broken.Add(path);
            if (_brokenAtSeq is null)
                (_brokenAtSeq, _reason) = (seq, refused.Message);
        }
    }

    private void ApplyEdit(FileEdit edit, string path, byte[]? patch)
    {
        if (_broken.Contains(path))
            return;
        if (patch is null)
            throw new PatchException($"the patch {edit.PatchBlobId} is not held");

        var before = _tree.Find(path);
        RequireWork(before?.Content.Length ?? 0L);
        var pre = RequireHash(edit.PreHash, before, "before", path);
        var changes = UnifiedDiff.Parse(patch, path).Apply(_tree);
        var after = changes.FirstOrDefault(change => change.Path == path);
        var post = RequireHash(edit.PostHash, after is null ? _tree.Find(path) : after.After, "after", path);

        // A rename recorded under one of its names also moves the other, which may be broken itself.
        if (changes.FirstOrDefault(change => _broken.Contains(change.Path)) is { } other)
            throw new PatchException(
                $"{RepoPath.Quote(other.Path)} is not known since an earlier edit broke"
            );
        foreach (var change in changes)
            Set(change.Path, change.After);
        _editsApplied++;
        if (_brokenAtSeq is not null)
            return;
        if (pre == HashVerdict.Matches || post == HashVerdict.Matches)
            _hashesChecked++;
        else if (edit.PreHash is not null || edit.PostHash is not null)
            _hashesUnchecked++;
    }

    private void ApplySnapshot(long seq, FileSnapshot snapshot, string path, byte[]? content)
    {
        if (content is null)
            throw new PatchException($"the snapshot {snapshot.ContentBlobId} is not held");
        RequireWork(bytes: 0);
        if (content.Length > PatchLimits.FileBytesMax)
            throw new PatchException($"the snapshot of {RepoPath.Quote(path)} is too large");

        var before = _tree.Find(path);
        _broken.Remove(path);
        if (before is not null && before.Content.AsSpan().SequenceEqual(content))
            return;
        if (before is null)
            _tree.RequireRoomFor(path);
        if (before?.Mode == FileMode.SymbolicLink)
            throw new PatchException($"the snapshot of {RepoPath.Quote(path)} is of a link");

        Set(path, new FileState(content, before?.Mode ?? FileMode.Regular));
        if (IsBinary(content) || (before is not null && IsBinary(before.Content)))
        {
            _editsTotal++;
            _editsApplied++;
            return;
        }
        _unrecordedChanges++;
        _reason ??=
            $"the snapshot at seq {seq} shows a change of {RepoPath.Quote(path)} that no edit recorded";
    }

    private void RequireWork(long bytes)
    {
        _workBytes += bytes;
        if (IsSpent)
            throw new PatchException($"the edits read and write more than {workBytesMax} bytes");
    }

    private void Set(string path, FileState? state)
    {
        _tree.Set(path, state);
        if (_tree.ChangedBytes > PatchLimits.StateBytesMax)
        {
            _tree.Set(path, start.Find(path));
            throw new PatchException($"the edits change more than {PatchLimits.StateBytesMax} bytes");
        }
    }

    private HashVerdict RequireHash(string? recorded, FileState? file, string when, string path)
    {
        var verdict = ContentHash.Compare(recorded, file?.Content);
        if (verdict != HashVerdict.Differs)
            return verdict;
        return HashesMayBeOfRaw && file is not null && Placeholder.IsIn(file.Content)
            ? HashVerdict.Unchecked
            : throw new PatchException($"{RepoPath.Quote(path)} {when} the edit is not what its hash says");
    }

    // Git's own rule for what it shows as binary.
    private static bool IsBinary(byte[] content) =>
        content.AsSpan(0, Math.Min(content.Length, 8000)).Contains((byte)0);
}
