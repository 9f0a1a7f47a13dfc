using Datacurve.Core.Redaction;
using Datacurve.Core.Traces;
using Datacurve.Server.Blobs;
using Datacurve.Server.Privacy;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// Repositories as they were before the work on them began: plain folders without <c>.git</c>, made once per
/// source, kept under the work path and only ever read.
/// </summary>
internal sealed class BaseStore(
    Options options,
    IBlobStore blobs,
    MirrorStore mirrors,
    GitCommand git,
    TimeProvider time,
    ILogger<BaseStore> log
)
{
    /// <summary>What stands behind the key of a base that is being made.</summary>
    public const string UnfinishedEnding = ".new";

    /// <summary>And of the repository that it is taken out of.</summary>
    public const string ScratchEnding = UnfinishedEnding + ".git";

    /// <summary>The base of a trace; kept from eviction until it is disposed.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="cleanser">Of its project, where what was sent of it was redacted.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="NotReproducibleException">There is no such base, or it is refused.</exception>
    /// <exception cref="InfrastructureException">The remote or this machine failed.</exception>
    public async Task<BaseFolder> OpenAsync(NewTrace trace, Cleanser? cleanser, CancellationToken ct)
    {
        var source = await KnownAsync(BaseSource.Of(trace, options.Tests.AllowFileRemotes), cleanser, ct);

        var root = OwnFolder.Make(Path.Combine(options.WorkPath, "bases")).FullName;
        while (true)
        {
            var held = await AcquireAsync(root, source.Key, exclusive: false, ct);
            if (Directory.Exists(Path.Combine(root, source.Key)))
            {
                CacheFolder.Touch(root, source.Key, time);
                return new BaseFolder(Path.Combine(root, source.Key), held);
            }
            held.Dispose();
            CacheFolder.EvictOldest(root, options.Tests.BaseCacheMax, keep: source.Key);
            using (await AcquireAsync(root, source.Key, exclusive: true, ct))
                await BuildAsync(root, source, ct);
        }
    }

    private async Task<BaseSource> KnownAsync(BaseSource source, Cleanser? cleanser, CancellationToken ct)
    {
        switch (source)
        {
            case RemoteSource remote:
                var commit = GitTree.IsFullHash(remote.Commit)
                    ? remote.Commit
                    : await mirrors.ResolveAsync(remote.Url, remote.Commit, ct);
                return remote with { Commit = commit, Cleanser = cleanser };
            case SnapshotSource given:
                // The folder may be there from another project's trace, whose snapshot is not this one's.
                var held = await blobs.FindAsync(given.BlobId, ct) ?? throw NotHeld(given);
                return given with { Kept = held.BlobId };
            default:
                return source;
        }
    }

    private Task<IDisposable> AcquireAsync(string root, string key, bool exclusive, CancellationToken ct) =>
        FileLock.AcquireAsync(
            CacheFolder.LockOf(root, key),
            exclusive,
            TimeSpan.FromSeconds(4 * options.Tests.GitTimeoutSeconds),
            time,
            ct
        );

    private async Task BuildAsync(string root, BaseSource source, CancellationToken ct)
    {
        var target = Path.Combine(root, source.Key);
        if (Directory.Exists(target))
            return;

        // One name per source: what a killed builder left is in the way of nobody but the next.
        var unfinished = Path.Combine(root, source.Key + UnfinishedEnding);
        var start = time.GetTimestamp();
        RemoveFolder(unfinished);
        try
        {
            Directory.CreateDirectory(unfinished);
            var scratch = Path.Combine(root, source.Key + ScratchEnding);
            var tree = new TreeWriter(unfinished, options.Tests, (source as RemoteSource)?.Cleanser);
            await FillAsync(source, tree, scratch, ct);
            Directory.Move(unfinished, target);
        }
        finally
        {
            RemoveFolder(unfinished);
            RemoveFolder(Path.Combine(root, source.Key + ScratchEnding));
        }
        Log.BaseBuilt(log, source.Key, (long)time.GetElapsedTime(start).TotalMilliseconds);
    }

    private async Task FillAsync(BaseSource source, TreeWriter tree, string scratch, CancellationToken ct)
    {
        try
        {
            await (
                source switch
                {
                    RemoteSource remote => mirrors.ExportAsync(remote.Url, remote.Commit, tree, ct),
                    SnapshotSource snapshot => UnpackAsync(snapshot, tree, scratch, ct),
                    _ => throw new InvalidOperationException(
                        $"{source.GetType().Name} has no way to be opened"
                    ),
                }
            );
        }
        catch (RedactionException refused)
        {
            throw new NotReproducibleException($"the repository cannot be redacted: {refused.Message}");
        }
        catch (IOException failed)
        {
            throw new InfrastructureException("the base cannot be written on this machine", failed);
        }
    }

    private async Task UnpackAsync(
        SnapshotSource source,
        TreeWriter tree,
        string scratch,
        CancellationToken ct
    )
    {
        await using var blob = await BlobAccess.OpenAsync(blobs, source.BlobId, ct) ?? throw NotHeld(source);
        var start = new byte[16];
        var read = await blob.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        blob.Position = 0;
        // A tar of the first kind does not say that it is one.
        var kind = Packing.KindOf(start.AsSpan(0, read)) ?? PackedKind.Tar;
        if (kind == PackedKind.GitBundle)
            await new GitBundle(git).ExportAsync(blob, source.Commit, tree, scratch, ct);
        else
            await Archive.UnpackAsync(blob, kind, tree, ct);
    }

    private static NotReproducibleException NotHeld(SnapshotSource source) =>
        new($"the base snapshot {source.BlobId} is not held");

    private static void RemoveFolder(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A base on disk, to be read and never written; held until disposed.</summary>
internal sealed class BaseFolder(string path, IDisposable held) : IDisposable
{
    public string FullPath { get; } = path;
    public DirectoryTree Tree { get; } = new(path);

    public void Dispose() => held.Dispose();
}
