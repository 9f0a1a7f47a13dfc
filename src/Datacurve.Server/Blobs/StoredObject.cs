using Datacurve.Core;

namespace Datacurve.Server.Blobs;

/// <summary>
/// Something that lies in a store. <see cref="BlobId"/> is null where its name or place is none of a blob's.
/// </summary>
internal sealed record StoredObject(
    BlobId? BlobId,
    BlobForm Form,
    string Place,
    long StoredLength,
    DateTimeOffset ChangedAt
);
