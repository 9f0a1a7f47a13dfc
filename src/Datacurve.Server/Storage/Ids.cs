using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>Ids as they are stored: their bytes in network order, which both engines compare alike.</summary>
internal static class Ids
{
    public static byte[] Stored(this TraceId traceId) => traceId.Value.Stored();

    public static byte[] Stored(this Guid id) => id.ToByteArray(bigEndian: true);

    public static byte[] Stored(this BlobId blobId) => Convert.FromHexString(blobId.Hash);

    public static Guid ToGuid(byte[] stored) => new(stored, bigEndian: true);
}
