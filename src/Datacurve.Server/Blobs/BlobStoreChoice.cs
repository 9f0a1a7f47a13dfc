using Datacurve.Server.Storage;

namespace Datacurve.Server.Blobs;

/// <summary>The store that the options name.</summary>
internal static class BlobStoreChoice
{
    public static BlobStore Of(Options options, Database database, TimeProvider time) =>
        options.S3.Bucket is not null
            ? new S3BlobStore(
                database,
                options.S3,
                Path.Combine(options.WorkPath, "uploads"),
                options.Limits.BlobBytesMax,
                time
            )
            : new FileBlobStore(database, options.BlobStorePath, options.Limits.BlobBytesMax, time);
}
