using System.Buffers;
using System.Security.Cryptography;
using Datacurve.Core;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Datacurve.Server.Blobs;

/// <summary>How a blob's bytes lie in a store: a name that ends in <c>.zst</c> is compressed.</summary>
internal enum BlobForm
{
    Raw,
    Zstandard,
}

/// <summary>
/// An upload in a temporary file: hashed and, where it pays, compressed while it streams in. The file is
/// locked until it is disposed, also under the name it is renamed to; a sweep takes only what nobody locks.
/// </summary>
internal sealed class IncomingBlob : IAsyncDisposable
{
    /// <summary>
    /// Content up to this length lies as it is: a file takes a block of this length however short it is.
    /// </summary>
    public const int RawLengthMax = 4096;

    // Level 3 makes source code a fourteenth smaller than level 1 and takes half as long again.
    private const int Level = 1;

    private const int BufferLength = 128 * 1024;
    private const int NamesTried = 10;

    private IncomingBlob(FileStream file) => File = file;

    /// <summary>What is to be stored: <see cref="StoredLength"/> bytes in their <see cref="Form"/>.</summary>
    public FileStream File { get; }

    public BlobId BlobId { get; private set; }
    public long ByteLength { get; private set; }
    public BlobForm Form { get; private set; }
    public long StoredLength => File.Length;

    /// <summary>Reads the content to its end. Memory does not grow with it.</summary>
    /// <exception cref="BlobTooLargeException">It is over the limit.</exception>
    public static async Task<IncomingBlob> ReceiveAsync(
        Stream content,
        string folder,
        long bytesMax,
        CancellationToken ct
    )
    {
        var incoming = new IncomingBlob(NewFile(folder));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            await incoming.ReadAsync(content, buffer.AsMemory(0, BufferLength), bytesMax, ct);
            return incoming;
        }
        catch
        {
            await incoming.DisposeAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A locked file with a name of its own.</summary>
    public static FileStream NewFile(string folder, FileOptions options = FileOptions.None)
    {
        OwnFolder.Make(folder);
        for (var tried = 1; ; tried++)
        {
            var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
            try
            {
                var file = new FileStream(
                    path,
                    FileMode.CreateNew,
                    FileAccess.ReadWrite,
                    // Others may read it under its last name, and rename it; none may lock it for itself.
                    FileShare.Read | FileShare.Delete,
                    bufferSize: 0,
                    options
                );
                if (System.IO.File.Exists(path))
                    return file;
                // A sweep took it between its making and its lock.
                file.Dispose();
            }
            catch (IOException) when (tried < NamesTried)
            {
                // A sweep holds it at this moment, and takes it.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Deleted while it is locked. Where it was renamed, nothing has this name any more.
        System.IO.File.Delete(File.Name);
        await File.DisposeAsync();
    }

    // Written without waiting aside: into the system's cache it takes less time than handing it to another
    // thread does, which is all that a file can do.
    private async Task ReadAsync(Stream content, Memory<byte> buffer, long bytesMax, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        var compressed = Trial(buffer.Span[..read]);
        Form = compressed is null ? BlobForm.Raw : BlobForm.Zstandard;
        if (read < buffer.Length)
        {
            Count(hash, buffer.Span[..read], bytesMax);
            File.Write(compressed is null ? buffer.Span[..read] : compressed);
        }
        else
        {
            await using var compressing = Form == BlobForm.Zstandard ? Compressing(File) : null;
            for (; read > 0; read = await content.ReadAtLeastAsync(buffer, buffer.Length, false, ct))
            {
                Count(hash, buffer.Span[..read], bytesMax);
                (compressing ?? (Stream)File).Write(buffer.Span[..read]);
            }
        }

        BlobId = BlobId.FromHash(hash.GetHashAndReset());
    }

    private void Count(IncrementalHash hash, ReadOnlySpan<byte> read, long bytesMax)
    {
        ByteLength += read.Length;
        if (ByteLength > bytesMax)
            throw new BlobTooLargeException(bytesMax);
        hash.AppendData(read);
    }

    /// <summary>
    /// The content's beginning compressed; null where less than an eighth goes, which is so for what is
    /// compressed or encrypted already.
    /// </summary>
    private static byte[]? Trial(ReadOnlySpan<byte> beginning)
    {
        if (beginning.Length <= RawLengthMax)
            return null;

        using var compressor = new Compressor(Level);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        var room = new byte[Compressor.GetCompressBound(beginning.Length)];
        var length = compressor.Wrap(beginning, room);
        return length <= beginning.Length - beginning.Length / 8 ? room[..length] : null;
    }

    private static CompressionStream Compressing(FileStream file)
    {
        var stream = new CompressionStream(file, Level, leaveOpen: true);
        stream.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return stream;
    }
}
