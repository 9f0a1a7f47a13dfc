using Datacurve.Core.Events;
using Datacurve.Core.Replay;

namespace Datacurve.Core.Redaction;

/// <summary>
/// Redacts a whole trace so that its replay stays exact: the files at its start, each edit and snapshot in
/// order, and the final diff. Replaying the redacted trace gives what redacting the replayed files gives,
/// byte for byte; hashes that were right stay right, and what did not replay does not.
/// </summary>
/// <remarks>Not for several threads at once.</remarks>
public sealed class TraceRedaction(Redactor redactor, IFileTree start, RedactionReport report)
{
    private readonly OverlayTree _raw = new(start);

    /// <summary>The files at the start, redacted, their names too.</summary>
    public IFileTree Start { get; } = new RedactedTree(redactor, start, report);

    /// <summary>
    /// The next event in seq order, and the blob that <see cref="TraceReplay.BlobOf"/> of it names now.
    /// Events that change no file come back as they are, without a blob.
    /// </summary>
    /// <param name="traceEvent">The event.</param>
    /// <param name="blob">The blob that the replay needs for it; null where nobody holds it.</param>
    /// <exception cref="RedactionException">
    /// What it holds cannot be looked at, such as a binary patch that does not apply. It must be refused.
    /// </exception>
    public (TraceEvent Event, byte[]? Blob) Redact(TraceEvent traceEvent, byte[]? blob)
    {
        var root = traceEvent.Context?.WorkspaceRoot;
        return traceEvent.Payload switch
        {
            FileEdit edit => RedactEdit(traceEvent, edit, root, blob),
            FileSnapshot snapshot => RedactSnapshot(traceEvent, snapshot, root, blob),
            _ => (traceEvent, null),
        };
    }

    /// <summary>A diff relative to the start, such as the final one.</summary>
    /// <exception cref="RedactionException">What it holds cannot be looked at.</exception>
    public byte[] RedactDiff(byte[] diff) => Rewrite(diff, knownPath: null, start).Diff;

    private (TraceEvent, byte[]?) RedactEdit(
        TraceEvent traceEvent,
        FileEdit edit,
        string? root,
        byte[]? patch
    )
    {
        var path = PathOf(edit.FilePath, root);
        var redactedPath = RedactPath(edit.FilePath, path);
        if (patch is null || path is null)
        {
            var opaque = patch is null ? null : redactor.Redact(patch, report);
            return (
                With(
                    traceEvent,
                    edit with
                    {
                        FilePath = redactedPath,
                        PatchBlobId = IdOf(opaque, edit.PatchBlobId),
                    }
                ),
                opaque
            );
        }
        var before = _raw.Find(path)?.Content;
        var (diff, changes) = Rewrite(patch, path, _raw);
        foreach (var change in changes)
            _raw.Set(change.Path, change.After);
        var after = _raw.Find(path)?.Content;
        var redacted = edit with
        {
            FilePath = redactedPath,
            PatchBlobId = BlobId.Of(diff),
            PreHash = HashOf(edit.PreHash, before),
            PostHash = HashOf(edit.PostHash, after),
        };
        return (With(traceEvent, redacted), diff);
    }

    private (TraceEvent, byte[]?) RedactSnapshot(
        TraceEvent traceEvent,
        FileSnapshot snapshot,
        string? root,
        byte[]? content
    )
    {
        var path = PathOf(snapshot.FilePath, root);
        if (path is not null && content is not null)
            _raw.Set(path, new FileState(content, _raw.Find(path)?.Mode ?? Replay.FileMode.Regular));
        var blob = content is null ? null : redactor.Redact(content, report);
        var redacted = snapshot with
        {
            FilePath = RedactPath(snapshot.FilePath, path),
            ContentBlobId = IdOf(blob, snapshot.ContentBlobId),
        };
        return (With(traceEvent, redacted), blob);
    }

    // The diff with its lines and names redacted, and what the original makes of the tree.
    private (byte[] Diff, IReadOnlyList<FileChange> Changes) Rewrite(
        byte[] diff,
        string? knownPath,
        IFileTree tree
    )
    {
        IReadOnlyList<FilePatch> files;
        IReadOnlyList<FileChange> changes = [];
        try
        {
            var parsed = UnifiedDiff.Parse(diff, knownPath);
            files = parsed.Files;
            changes = parsed.Apply(tree);
        }
        catch (PatchException refused)
        {
            // It does not replay, and is not made to: as text it stays as wrong as it was.
            if (diff.AsSpan().IndexOf("GIT binary patch"u8) >= 0)
                throw new RedactionException(
                    "a binary patch that does not apply cannot be looked into",
                    refused
                );
            return (redactor.Redact(diff, report), []);
        }
        return (DiffWriter.Write([.. files.Select(file => Redact(file, changes, tree))]), changes);
    }

    private FilePatch Redact(FilePatch file, IReadOnlyList<FileChange> changes, IFileTree tree) =>
        file with
        {
            OldPath = file.OldPath is null ? null : redactor.RedactPath(file.OldPath, report),
            NewPath = file.NewPath is null ? null : redactor.RedactPath(file.NewPath, report),
            Hunks = [.. file.Hunks.Select(hunk => hunk with { Lines = [.. hunk.Lines.Select(Redact)] })],
            Binary = file.Binary is null ? null : Binary(file, changes, tree),
        };

    private HunkLine Redact(HunkLine line) =>
        line with
        {
            Content = redactor.Redact(line.Content.Span, report),
        };

    // Whatever the patch was, the content that it led to is what the redacted one holds, whole.
    private BinaryPatch Binary(FilePatch file, IReadOnlyList<FileChange> changes, IFileTree tree)
    {
        var path = file.NewPath ?? file.OldPath!;
        var change = changes.FirstOrDefault(change => change.Path == path);
        if (file.NewPath is null)
            return new BinaryPatch(IsDelta: false, Array.Empty<byte>());
        var content = change is null ? tree.Find(path)?.Content : change.After?.Content;
        return new BinaryPatch(IsDelta: false, redactor.Redact(content, report));
    }

    private string? HashOf(string? recorded, byte[]? content)
    {
        if (content is null || ContentHash.Compare(recorded, content) != HashVerdict.Matches)
            return recorded;
        var redacted = redactor.Redact(content, redactor.NewReport());
        var hasPrefix = recorded!.StartsWith(BlobId.Prefix, StringComparison.OrdinalIgnoreCase);
        return redacted.AsSpan().SequenceEqual(content) ? recorded
            : recorded.Length == 40 ? ContentHash.GitBlobId(redacted)
            : hasPrefix ? BlobId.Of(redacted).ToString()
            : BlobId.Of(redacted).Hash;
    }

    private static string? PathOf(string filePath, string? root)
    {
        try
        {
            return RepoPath.FromClient(filePath, root);
        }
        catch (PatchException)
        {
            return null;
        }
    }

    private string RedactPath(string filePath, string? path) => redactor.RedactPath(path ?? filePath, report);

    private static BlobId IdOf(byte[]? blob, BlobId original) => blob is null ? original : BlobId.Of(blob);

    private static TraceEvent With(TraceEvent traceEvent, EventPayload payload) =>
        traceEvent with
        {
            Payload = payload,
        };
}

/// <summary>A tree whose contents and names are redacted as they are read.</summary>
internal sealed class RedactedTree : IFileTree
{
    private readonly Redactor _redactor;
    private readonly IFileTree _raw;
    private readonly RedactionReport _report;
    private readonly Lazy<Dictionary<string, string>> _rawPaths;

    public RedactedTree(Redactor redactor, IFileTree raw, RedactionReport report)
    {
        (_redactor, _raw, _report) = (redactor, raw, report);
        _rawPaths = new(() =>
            raw.PathsUnder("").ToDictionary(path => redactor.RedactPath(path, redactor.NewReport()))
        );
    }

    public FileState? Find(string path) =>
        _rawPaths.Value.TryGetValue(path, out var raw) && _raw.Find(raw) is { } file
            ? file with
            {
                Content = _redactor.Redact(file.Content, _report),
            }
            : null;

    public IEnumerable<string> PathsUnder(string folder) =>
        folder.Length == 0
            ? _rawPaths.Value.Keys
            : _rawPaths.Value.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal));
}
