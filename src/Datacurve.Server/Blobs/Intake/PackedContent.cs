using System.IO.Compression;
using Datacurve.Core.Redaction;
using Datacurve.Server.Privacy;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Datacurve.Server.Blobs.Intake;

/// <summary>
/// Redacts what is packed: an archive file by file, anything else that is compressed as what it unpacks to.
/// Where nothing is found, the bytes stay as they came.
/// </summary>
/// <param name="spool">The packed bytes.</param>
/// <param name="kind">How they are packed; no bundle.</param>
/// <param name="folder">Where files lie that hold what is redacted.</param>
/// <param name="unpackedMax">The bytes that it may unpack to.</param>
internal sealed class PackedContent(
    SealedSpool spool,
    PackedKind kind,
    Cleanser cleanser,
    RedactionReport report,
    string folder,
    long unpackedMax
)
{
    /// <summary>What may be kept, to be read once and disposed before the spool.</summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public async Task<Stream> RedactAsync(CancellationToken ct)
    {
        bool isArchive,
            isClean;
        try
        {
            isArchive = await IsArchiveAsync(ct);
            await using var unpacked = Unpack();
            isClean = isArchive
                ? await new TarRedaction(cleanser, report).IsCleanAsync(unpacked, ct)
                : await IsCleanAsync(unpacked, ct);
            isClean = isClean && (kind == PackedKind.Tar || await IsCleanAroundAsync(ct));
        }
        // What unpacks here is looked into, and others may have the memory for the rest.
        catch (ZstdException wide) when (wide.Code == ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge)
        {
            throw new RedactionException(
                $"it needs a window of more than {Packing.WindowBytesMax} bytes to be unpacked; "
                    + "send it packed without --long or --ultra",
                wide
            );
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            await RequireCleanSoFarAsync(ct);
            // It is not what its first bytes say, so that there is nothing in it but its bytes.
            return new RedactedStream(
                default,
                spool.Open(),
                output => cleanser.OpenContent(default, output, report)
            );
        }
        return isClean ? spool.Open() : await RewriteAsync(isArchive, ct);
    }

    /// <summary>
    /// Other programs unpack what they can of packed bytes that are cut or damaged: what comes out before the
    /// break must hold nothing either, and it cannot be written anew.
    /// </summary>
    private async Task RequireCleanSoFarAsync(CancellationToken ct)
    {
        if (kind == PackedKind.Tar)
            return;
        await using var unpacked = new UntilBroken(Unpack, IsBroken);
        if (!await IsCleanAsync(unpacked, ct))
            throw new RedactionException("it is packed, is damaged, and holds what must not be kept");
    }

    /// <summary>
    /// Whether nothing is found in the packed bytes themselves. A name or a remark in a header, and what
    /// stands behind the end, come out of no unpacking, and would be kept with the rest as they are.
    /// </summary>
    private async Task<bool> IsCleanAroundAsync(CancellationToken ct)
    {
        var before = report.Total;
        await using var packed = spool.Open();
        // Packed bytes are no text, whatever they look like.
        var looked = new RedactedStream(default, packed, output => cleanser.OpenContent([0], output, report));
        await looked.CopyToAsync(Stream.Null, ct);
        return report.Total == before;
    }

    private async Task<Stream> RewriteAsync(bool isArchive, CancellationToken ct)
    {
        var redacted = IncomingBlob.NewFile(folder, FileOptions.DeleteOnClose);
        try
        {
            await using (var unpacked = Unpack())
                if (isArchive)
                    await new TarRedaction(cleanser, cleanser.NewReport()).WriteAsync(unpacked, redacted, ct);
                else
                    await Redacted(unpacked, cleanser.NewReport()).CopyToAsync(redacted, ct);
            redacted.Position = 0;
            return kind == PackedKind.Tar ? redacted : await PackAsync(redacted, ct);
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            // It can be read, and no tar can be made of it, as of a file without a name.
            await redacted.DisposeAsync();
            // Without the cause, which may quote a name.
#pragma warning disable MA0054
            throw new RedactionException("an archive holds what cannot be written without its secrets");
#pragma warning restore MA0054
        }
        catch
        {
            await redacted.DisposeAsync();
            throw;
        }
    }

    private async Task<Stream> PackAsync(FileStream redacted, CancellationToken ct)
    {
        await using var unpacked = redacted;
        var packed = IncomingBlob.NewFile(folder, FileOptions.DeleteOnClose);
        await using (
            Stream packing =
                kind == PackedKind.Gzip
                    ? new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)
                    : new CompressionStream(packed, leaveOpen: true)
        )
            await unpacked.CopyToAsync(packing, ct);
        packed.Position = 0;
        return packed;
    }

    private async Task<bool> IsArchiveAsync(CancellationToken ct)
    {
        await using var unpacked = Unpack();
        var start = new byte[Packing.TarHeaderBytes];
        var read = await unpacked.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        return Packing.KindOf(start.AsSpan(0, read)) == PackedKind.Tar;
    }

    private async Task<bool> IsCleanAsync(Stream unpacked, CancellationToken ct)
    {
        var before = report.Total;
        await Redacted(unpacked, report).CopyToAsync(Stream.Null, ct);
        return report.Total == before;
    }

    private RedactedStream Redacted(Stream unpacked, RedactionReport counts) =>
        new(default, unpacked, output => cleanser.OpenContent(default, output, counts));

    private Stream Unpack()
    {
        var packed = spool.Open();
        return kind switch
        {
            PackedKind.Tar => packed,
            PackedKind.Gzip => new BoundedStream(
                new GZipStream(packed, CompressionMode.Decompress),
                unpackedMax
            ),
            _ => new BoundedStream(Packing.OpenZstandard(packed, leaveOpen: false), unpackedMax),
        };
    }

    private static bool IsBroken(Exception exception) =>
        exception
            is InvalidDataException
                or EndOfStreamException
                or FormatException
                or ArgumentException
                or OverflowException
                or NotSupportedException
                or ZstdException;
}

/// <summary>What unpacks, up to a bound. Owns the stream.</summary>
internal sealed class BoundedStream(Stream unpacked, long bytesMax) : ReadOnlyStream
{
    private long _read;

    /// <exception cref="RedactionException">There is more.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        var read = await unpacked.ReadAsync(buffer, cancellationToken);
        _read += read;
        return _read <= bytesMax
            ? read
            : throw new RedactionException($"it unpacks to more than {bytesMax} bytes");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            unpacked.Dispose();
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await unpacked.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>What unpacks until it breaks, as if that were its end.</summary>
/// <param name="open">Opens it from its beginning; one is open at a time.</param>
/// <param name="isBreak">Tells what is thrown at the break.</param>
internal sealed class UntilBroken(Func<Stream> open, Func<Exception, bool> isBreak) : ReadOnlyStream
{
    private const int SkipLength = 64 << 10;
    private Stream _unpacked = open();
    private long _given;
    private long _toSkip;
    private bool _isBroken;

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (true)
            try
            {
                await SkipAsync(cancellationToken);
                var read = await _unpacked.ReadAsync(_isBroken ? buffer[..1] : buffer, cancellationToken);
                _given += read;
                return read;
            }
            catch (Exception broken) when (isBreak(broken))
            {
                if (_isBroken)
                    return 0;
                // What the call unpacked that met the break is lost with it: it is unpacked byte by byte.
                _isBroken = true;
                await _unpacked.DisposeAsync();
                _unpacked = open();
                _toSkip = _given;
            }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _unpacked.Dispose();
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await _unpacked.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task SkipAsync(CancellationToken ct)
    {
        for (var skip = _toSkip > 0 ? new byte[SkipLength] : []; _toSkip > 0; )
        {
            var room = skip.AsMemory(0, (int)Math.Min(skip.Length, _toSkip));
            var read = await _unpacked.ReadAsync(room, ct);
            _toSkip = read == 0 ? 0 : _toSkip - read;
        }
    }
}
