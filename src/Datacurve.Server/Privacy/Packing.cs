using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Datacurve.Server.Privacy;

/// <summary>What holds other content, by its first bytes; names and media types are not asked.</summary>
internal enum PackedKind
{
    Tar,
    Gzip,
    Zstandard,
    GitBundle,
}

/// <summary>Tells how content is packed, and unpacks what others packed in bounded memory.</summary>
internal static class Packing
{
    private const int TarMagicAt = 257;

    /// <summary>So many of the first bytes tell a tar.</summary>
    public const int TarHeaderBytes = 512;

    // What is written here needs 512 KiB, and what zstd writes 8 MiB, up to level 19; bytes of others may ask
    // for any amount.
    private const int WindowLogMax = 23;

    /// <summary>The largest window that Zstandard may need to be unpacked, in bytes.</summary>
    public const int WindowBytesMax = 1 << WindowLogMax;

    /// <param name="start">The first bytes; a tar is told from <see cref="TarHeaderBytes"/> of them.</param>
    public static PackedKind? KindOf(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? PackedKind.Gzip
        : start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) || IsSkipped(start)
            ? PackedKind.Zstandard
        : start.StartsWith("# v2 git bundle"u8) || start.StartsWith("# v3 git bundle"u8)
            ? PackedKind.GitBundle
        : IsTar(start) ? PackedKind.Tar
        : null;

    /// <summary>The content from its beginning, not seekable.</summary>
    public static Stream OpenZstandard(Stream packed, bool leaveOpen = true)
    {
        var decompressor = new Decompressor();
        decompressor.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, WindowLogMax);
        return new DecompressionStream(
            packed,
            decompressor,
            preserveDecompressor: false,
            leaveOpen: leaveOpen
        );
    }

    // A frame that who unpacks skips may come first: its number is one of sixteen.
    private static bool IsSkipped(ReadOnlySpan<byte> start) =>
        start.Length >= 4
        && (start[0] & 0xf0) == 0x50
        && start[1..].StartsWith((ReadOnlySpan<byte>)[0x2a, 0x4d, 0x18]);

    private static bool IsTar(ReadOnlySpan<byte> start) =>
        start.Length >= TarHeaderBytes && start[TarMagicAt..].StartsWith("ustar"u8);
}
