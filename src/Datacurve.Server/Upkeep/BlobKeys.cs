using System.Buffers.Binary;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Upkeep;

/// <summary>
/// A set of blobs, or of a project's names of blobs, in a third of the memory that they take: the first half
/// of each hash, mixed with the project's id. Two that share it would be taken for one, which keeps both.
/// </summary>
internal sealed class BlobKeys
{
    private readonly HashSet<UInt128> _keys = [];

    public int Count => _keys.Count;

    public bool Add(ReadOnlySpan<byte> hash) => _keys.Add(Key(hash));

    public bool Contains(ReadOnlySpan<byte> hash) => _keys.Contains(Key(hash));

    public bool Add(ReadOnlySpan<byte> hash, ProjectId project) => _keys.Add(Key(hash) ^ Key(project));

    public bool Contains(ReadOnlySpan<byte> hash, ProjectId project) =>
        _keys.Contains(Key(hash) ^ Key(project));

    public bool Add(BlobId blobId) => Add(Convert.FromHexString(blobId.Hash));

    public bool Contains(BlobId blobId) => Contains(Convert.FromHexString(blobId.Hash));

    private static UInt128 Key(ProjectId project) => Key(project.Value.Stored());

    private static UInt128 Key(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128BigEndian(hash);
}
