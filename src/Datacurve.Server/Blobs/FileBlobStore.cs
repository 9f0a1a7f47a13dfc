using System.Runtime.CompilerServices;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Blobs;

/// <summary>
/// Blobs as files: <c>{root}/sha256/{first two hex}/{hash}</c>, or the same and <c>.zst</c>. A temporary file
/// is flushed and then renamed, so that a name never stands over partial bytes. Several processes may share
/// the folder.
/// </summary>
internal sealed class FileBlobStore(Database database, string root, long bytesMax, TimeProvider time)
    : BlobStore(database, Path.Combine(root, "tmp"), bytesMax, time)
{
    private const int BufferLength = 128 * 1024;

    public override async IAsyncEnumerable<StoredObject> ListAsync(
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var folder = new DirectoryInfo(Path.Combine(root, "sha256"));
        if (!folder.Exists)
            yield break;

        foreach (var file in folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            ct.ThrowIfCancellationRequested();
            if (Described(file) is { } described)
                yield return described;
        }
    }

    // Also where the file is there: it may be damaged, or another upload's and not durable yet.
    protected override async Task PublishAsync(IncomingBlob incoming, CancellationToken ct)
    {
        var path = PathOf(incoming.BlobId, incoming.Form);
        var folder = Path.GetDirectoryName(path)!;
        MakeFolder(folder);
        if (File.Exists(incoming.File.Name))
        {
            incoming.File.Flush(flushToDisk: true);
            File.Move(incoming.File.Name, path, overwrite: true);
        }
        else
        {
            // It was published before, and somebody took it away; its open file has the bytes still.
            await using var again = IncomingBlob.NewFile(Scratch);
            incoming.File.Position = 0;
            await incoming.File.CopyToAsync(again, ct);
            again.Flush(flushToDisk: true);
            File.Move(again.Name, path, overwrite: true);
        }

        DirectorySync.Flush(folder);
    }

    protected override Task<bool> StandsAsync(BlobId blobId, BlobForm form, CancellationToken ct) =>
        Task.FromResult(File.Exists(PathOf(blobId, form)));

    protected override Task DeleteAsync(BlobId blobId, BlobForm form, CancellationToken ct)
    {
        if (File.Exists(PathOf(blobId, form)))
            File.Delete(PathOf(blobId, form));
        return Task.CompletedTask;
    }

    protected override Task<Stream?> OpenStoredAsync(BlobId blobId, BlobForm form, CancellationToken ct)
    {
        var path = PathOf(blobId, form);
        // A look costs less than an exception.
        if (!File.Exists(path))
            return Task.FromResult<Stream?>(null);
        try
        {
            return Task.FromResult<Stream?>(
                new FileStream(
                    path,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete,
                    BufferLength,
                    FileOptions.Asynchronous | FileOptions.SequentialScan
                )
            );
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    protected override Task SetAsideAsync(BlobId blobId, BlobForm form, CancellationToken ct)
    {
        var aside = QuarantineOf(blobId, form);
        OwnFolder.Make(Path.GetDirectoryName(aside)!);
        if (File.Exists(PathOf(blobId, form)))
            File.Move(PathOf(blobId, form), aside, overwrite: true);
        return Task.CompletedTask;
    }

    protected override Task<bool> IsSetAsideAsync(BlobId blobId, CancellationToken ct) =>
        Task.FromResult(
            File.Exists(QuarantineOf(blobId, BlobForm.Raw))
                || File.Exists(QuarantineOf(blobId, BlobForm.Zstandard))
        );

    public override Task RemoveSetAsideAsync(BlobId blobId, CancellationToken ct)
    {
        foreach (var form in new[] { BlobForm.Raw, BlobForm.Zstandard })
            if (File.Exists(QuarantineOf(blobId, form)))
                File.Delete(QuarantineOf(blobId, form));
        return Task.CompletedTask;
    }

    protected override Uri UriOf(BlobId blobId, BlobForm form) => new(PathOf(blobId, form));

    private StoredObject? Described(FileInfo file)
    {
        try
        {
            var named = Named(file.Name);
            var inPlace = named is { } one && file.FullName == PathOf(one.BlobId, one.Form);
            return new StoredObject(
                inPlace ? named!.Value.BlobId : null,
                named?.Form ?? BlobForm.Raw,
                file.FullName,
                file.Length,
                new DateTimeOffset(file.LastWriteTimeUtc)
            );
        }
        catch (FileNotFoundException)
        {
            // Taken away since the folder was read.
            return null;
        }
    }

    /// <summary>A folder that is durable with all its parents.</summary>
    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } parent)
            return;

        MakeFolder(parent);
        OwnFolder.Make(folder);
        DirectorySync.Flush(parent);
    }

    private string QuarantineOf(BlobId blobId, BlobForm form) =>
        Path.Combine(root, "quarantine", NameOf(blobId, form));

    private string PathOf(BlobId blobId, BlobForm form) =>
        Path.GetFullPath(Path.Combine(root, "sha256", blobId.Hash[..2], NameOf(blobId, form)));
}
