using System.Security.Cryptography;

namespace Datacurve.Server.Blobs.Intake;

/// <summary>
/// What has to be read more than once before it is known what of it may be kept: a file under a key that is
/// in this process's memory alone and goes with it, so that the disk never holds it in the clear.
/// </summary>
internal sealed class SealedSpool : IAsyncDisposable
{
    private const int BufferLength = 128 << 10;

    private readonly Aes _key = Aes.Create();
    private readonly FileStream _file;

    private SealedSpool(FileStream file) => _file = file;

    /// <param name="start">What was read of it before.</param>
    /// <param name="rest">The rest; read to its end.</param>
    /// <param name="folder">Where the file lies.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<SealedSpool> FillAsync(
        ReadOnlyMemory<byte> start,
        Stream rest,
        string folder,
        CancellationToken ct
    )
    {
        var spool = new SealedSpool(IncomingBlob.NewFile(folder, FileOptions.DeleteOnClose));
        try
        {
            using var seal = spool._key.CreateEncryptor();
            await using var sealing = new CryptoStream(
                spool._file,
                seal,
                CryptoStreamMode.Write,
                leaveOpen: true
            );
            await sealing.WriteAsync(start, ct);
            await rest.CopyToAsync(sealing, BufferLength, ct);
            await sealing.FlushFinalBlockAsync(ct);
            return spool;
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    /// <summary>The content from its beginning; one at a time.</summary>
    public Stream Open()
    {
        _file.Position = 0;
        return new CryptoStream(_file, _key.CreateDecryptor(), CryptoStreamMode.Read, leaveOpen: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _key.Dispose();
    }
}
