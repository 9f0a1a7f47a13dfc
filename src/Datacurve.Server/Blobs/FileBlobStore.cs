using System.Buffers;
using System.Security.Cryptography;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Blobs;

/// <summary>
/// Blobs as files: <c>{root}/sha256/{first two hex}/{hash}</c>. Content is hashed while it streams into a
/// temporary file, flushed, and renamed, so that a name never stands over partial bytes.
/// </summary>
internal sealed class FileBlobStore(Database database, string root, long bytesMax, TimeProvider time)
    : IBlobStore
{
    private const int BufferLength = 128 * 1024;

    // Between looking at a damaged file and setting it aside, no upload may put good bytes under its name.
    private readonly Lock _names = new();

    private string Temporary => Path.Combine(root, "tmp");

    public async Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct)
    {
        Directory.CreateDirectory(Temporary);
        var temporary = Path.Combine(Temporary, Guid.NewGuid().ToString("N"));
        try
        {
            var (blobId, length) = await ReceiveAsync(content, temporary, ct);
            if (expected is { } wanted && wanted != blobId)
                throw new BlobMismatchException(wanted, blobId);

            // Also where the file is there: it may be damaged, or another upload's and not durable yet.
            var path = PathOf(blobId);
            Publish(temporary, path);
            await RecordAsync(blobId, length, ct);
            return new StoredBlob(blobId, length, new Uri(path));
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public async Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct)
    {
        var length = await database.ReadAsync(connection =>
            connection.QuerySingleOrDefaultAsync<long?>(
                "select byte_length from blobs where hash = @hash",
                new { hash = blobId.Stored() }
            )
        );
        var path = PathOf(blobId);
        return length is { } known && File.Exists(path) ? new StoredBlob(blobId, known, new Uri(path)) : null;
    }

    public async Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct)
    {
        if (await FindAsync(blobId, ct) is null)
            return File.Exists(QuarantineOf(blobId)) ? throw new BlobCorruptException(blobId) : null;

        FileStream file;
        try
        {
            file = new FileStream(
                PathOf(blobId),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                BufferLength,
                FileOptions.Asynchronous | FileOptions.SequentialScan
            );
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another reader found it corrupt and set it aside in the meantime.
            return null;
        }

        try
        {
            if (BlobId.FromHash(await SHA256.HashDataAsync(file, ct)) == blobId)
            {
                file.Position = 0;
                return file;
            }
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        await file.DisposeAsync();
        return SetAside(blobId) ? throw new BlobCorruptException(blobId) : await OpenAsync(blobId, ct);
    }

    /// <summary>
    /// Deletes what killed uploads left. One in progress is locked by its writer, and the lock goes with the
    /// process. Called before the service listens: between its last byte and its rename an upload has no
    /// lock.
    /// </summary>
    /// <returns>How many files went.</returns>
    public int SweepLeftovers()
    {
        var swept = 0;
        foreach (var path in Directory.Exists(Temporary) ? Directory.GetFiles(Temporary) : [])
        {
            try
            {
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                    File.Delete(path);
                swept++;
            }
            catch (IOException)
            {
                // In use, or gone already: either way it is not left over.
            }
        }

        return swept;
    }

    /// <summary>
    /// Every blob that has a file, by its name; names that are no hash come as null with their path.
    /// </summary>
    public IEnumerable<(BlobId? BlobId, string Path)> Files()
    {
        var folder = Path.Combine(root, "sha256");
        if (!Directory.Exists(folder))
            yield break;

        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            yield return BlobId.TryParse(BlobId.Prefix + Path.GetFileName(path), out var blobId)
            && path == PathOf(blobId)
                ? (blobId, path)
                : (null, path);
    }

    private async Task<(BlobId, long)> ReceiveAsync(Stream content, string path, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            bufferSize: 0
        );
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            long length = 0;
            for (int read; (read = await content.ReadAtLeastAsync(buffer, buffer.Length, false, ct)) > 0; )
            {
                length += read;
                if (length > bytesMax)
                    throw new BlobTooLargeException(bytesMax);
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            file.Flush(flushToDisk: true);
            return (BlobId.FromHash(hash.GetHashAndReset()), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Publish(string temporary, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        MakeFolder(folder);
        lock (_names)
            File.Move(temporary, path, overwrite: true);
        DirectorySync.Flush(folder);
    }

    /// <summary>A folder that is durable with all its parents.</summary>
    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } parent)
            return;

        MakeFolder(parent);
        Directory.CreateDirectory(folder);
        DirectorySync.Flush(parent);
    }

    // The row comes after the file, so that a row always names bytes that were durable.
    private Task<int> RecordAsync(BlobId blobId, long length, CancellationToken ct) =>
        database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    insert into blobs (hash, byte_length, created_at_ms) values (@hash, @length, @now)
                    on conflict (hash) do nothing
                    """,
                    new
                    {
                        hash = blobId.Stored(),
                        length,
                        now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                    }
                ),
            ct
        );

    /// <summary>
    /// Moves a damaged file out of the way. False where an upload has healed it in the meantime.
    /// </summary>
    private bool SetAside(BlobId blobId)
    {
        var path = PathOf(blobId);
        Directory.CreateDirectory(Path.GetDirectoryName(QuarantineOf(blobId))!);
        lock (_names)
        {
            // Another reader may have set it aside already.
            if (!File.Exists(path))
                return true;
            using (var file = File.OpenRead(path))
                if (BlobId.FromHash(SHA256.HashData(file)) == blobId)
                    return false;
            File.Move(path, QuarantineOf(blobId), overwrite: true);
            return true;
        }
    }

    private string QuarantineOf(BlobId blobId) => Path.Combine(root, "quarantine", blobId.Hash);

    private string PathOf(BlobId blobId) =>
        Path.GetFullPath(Path.Combine(root, "sha256", blobId.Hash[..2], blobId.Hash));
}
