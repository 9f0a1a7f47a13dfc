using Datacurve.Core;
using Datacurve.Core.Replay;
using Datacurve.Server.Blobs;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>
/// Reads blobs for QA, where bytes that rotted on this machine's disk say nothing about the trace.
/// </summary>
internal static class BlobAccess
{
    /// <summary>The blob as a seekable stream; null where it is not held.</summary>
    /// <exception cref="InfrastructureException">The stored bytes are corrupt, or the store is
    /// away.</exception>
    public static async Task<Stream?> OpenAsync(IBlobStore blobs, BlobId blobId, CancellationToken ct)
    {
        try
        {
            return await blobs.OpenAsync(blobId, ct);
        }
        catch (Exception corrupt) when (corrupt is BlobCorruptException or BlobStoreAwayException)
        {
            throw new InfrastructureException(corrupt.Message, corrupt);
        }
    }

    /// <summary>
    /// The content; null where it is not held. One byte over the largest file comes back of anything
    /// larger, for whoever takes it to refuse.
    /// </summary>
    /// <exception cref="InfrastructureException">The stored bytes are corrupt, or the store is
    /// away.</exception>
    public static async Task<byte[]?> ReadAsync(IBlobStore blobs, BlobId blobId, CancellationToken ct)
    {
        try
        {
            return await blobs.ReadAsync(blobId, PatchLimits.FileBytesMax + 1, ct);
        }
        catch (Exception corrupt) when (corrupt is BlobCorruptException or BlobStoreAwayException)
        {
            throw new InfrastructureException(corrupt.Message, corrupt);
        }
    }
}
