using Datacurve.Core;

namespace Datacurve.Server.Blobs;

/// <summary>Whole-content access for blobs that are small by nature: patches, thoughts, packets.</summary>
internal static class BlobReading
{
    /// <summary>The content, cut at <paramref name="bytesMax"/>; null where the blob is not held.</summary>
    public static async Task<byte[]?> ReadAsync(
        this IBlobStore blobs,
        BlobId blobId,
        int bytesMax,
        CancellationToken ct
    )
    {
        var stream = await blobs.OpenAsync(blobId, ct);
        if (stream is null)
            return null;

        await using (stream)
        {
            var content = new byte[(int)Math.Min(stream.Length, bytesMax)];
            await stream.ReadExactlyAsync(content, ct);
            return content;
        }
    }

    public static async Task<BlobId> PutAsync(
        this IBlobStore blobs,
        ReadOnlyMemory<byte> content,
        CancellationToken ct
    )
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        return (await blobs.PutAsync(stream, expected: null, ct)).Name;
    }
}
