using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Core.Redaction;
using Datacurve.Core.Replay;
using Datacurve.Core.Traces;
using Datacurve.Server.Blobs;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>The repository as it was at a moment of a trace, by the same code that QA replays with.</summary>
internal sealed class StateReader(BaseStore bases, IBlobStore blobs)
{
    /// <summary>Replays the given events on the base of the trace.</summary>
    /// <param name="trace">The trace, for its base.</param>
    /// <param name="events">The events up to the moment, in seq order; others than edits cost
    /// nothing.</param>
    /// <param name="cleanser">Of its project, where what was sent of it was redacted.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="NotReproducibleException">The trace has no base, or it is refused.</exception>
    /// <exception cref="InfrastructureException">The remote or this machine failed.</exception>
    public async Task<TraceState> OpenAsync(
        NewTrace trace,
        IAsyncEnumerable<TraceEvent> events,
        Cleanser? cleanser,
        CancellationToken ct
    )
    {
        var repository = await bases.OpenAsync(trace, cleanser, ct);
        try
        {
            var replay = new TraceReplay(repository.Tree) { HashesMayBeOfRaw = cleanser is not null };
            await foreach (var traceEvent in events.WithCancellation(ct))
                if (TraceReplay.BlobOf(traceEvent) is { } blobId)
                    replay.Apply(
                        traceEvent,
                        replay.IsSpent ? null : await BlobAccess.ReadAsync(blobs, blobId, ct)
                    );
            return new TraceState(repository, replay);
        }
        catch
        {
            repository.Dispose();
            throw;
        }
    }
}

/// <summary>One file of a state. The hash of a link is that of its target's name.</summary>
internal sealed record StateFile(string Path, long ByteLength, string Sha256, FileMode Mode);

/// <summary>The files of a trace at one moment; holds its base until it is disposed.</summary>
internal sealed class TraceState(BaseFolder repository, TraceReplay replay) : IDisposable
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Runnable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly Dictionary<string, FileState?> _changed = replay
        .Changes()
        .ToDictionary(change => change.Path, change => change.After);

    /// <summary>
    /// How far the edits up to here replay; says where the state stops being the developer's.
    /// </summary>
    public ReplayResult Replay => replay.Result();

    /// <summary>What differs from the base, by path.</summary>
    public IReadOnlyList<FileChange> Changes => replay.Changes();

    public void Dispose() => repository.Dispose();

    /// <summary>Every file, by path.</summary>
    public async Task<IReadOnlyList<StateFile>> ListAsync(CancellationToken ct)
    {
        var files = new List<StateFile>();
        foreach (var path in Paths())
        {
            await using var content = Open(path, out var mode);
            var hash = await SHA256.HashDataAsync(content, ct);
            files.Add(new StateFile(path, content.Length, Convert.ToHexStringLower(hash), mode));
        }
        return files;
    }

    /// <summary>
    /// The content and mode of one file; null where there is none. A link is its target's name.
    /// </summary>
    public (Stream Content, FileMode Mode)? Find(string path)
    {
        var exists = _changed.TryGetValue(path, out var state)
            ? state is not null
            : repository.Tree.FindInfo(path) is not null;
        return exists ? (Open(path, out var mode), mode) : null;
    }

    /// <summary>
    /// Writes all files as a tar, the same bytes for the same state: sorted, without owner and times.
    /// </summary>
    public async Task WriteTarAsync(Stream output, CancellationToken ct)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var path in Paths())
        {
            await using var content = Open(path, out var mode);
            var isLink = mode == FileMode.SymbolicLink;
            var entry = new PaxTarEntry(isLink ? TarEntryType.SymbolicLink : TarEntryType.RegularFile, path)
            {
                Mode = mode == FileMode.Regular ? Readable : Runnable,
                ModificationTime = DateTimeOffset.UnixEpoch,
            };
            if (isLink)
                entry.LinkName = await new StreamReader(content, Encoding.UTF8).ReadToEndAsync(ct);
            else
                entry.DataStream = content;
            await tar.WriteEntryAsync(entry, ct);
        }
    }

    private IEnumerable<string> Paths() => replay.Tree.PathsUnder("").Order(StringComparer.Ordinal);

    // Streams what lies on disk, whatever its size; only what the edits changed is in memory.
    private Stream Open(string path, out FileMode mode)
    {
        if (_changed.TryGetValue(path, out var state))
        {
            mode = state!.Mode;
            return new MemoryStream(state.Content, writable: false);
        }
        var info = repository.Tree.FindInfo(path)!;
        mode = DirectoryTree.ModeOf(info);
        return info.LinkTarget is { } target
            ? new MemoryStream(Encoding.UTF8.GetBytes(target), writable: false)
            : info.OpenRead();
    }
}
