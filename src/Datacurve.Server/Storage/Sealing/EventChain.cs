using System.Security.Cryptography;
using Datacurve.Core;

namespace Datacurve.Server.Storage.Sealing;

/// <summary>
/// The hash chain of a trace's events: the hash before the first is SHA-256 of the trace id's 16 bytes in
/// network order, and each next is SHA-256 of the hash before it and the event's bytes. The last, the head,
/// covers every byte of every event, and their order.
/// </summary>
internal sealed class EventChain(TraceId traceId) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _head = SHA256.HashData(traceId.Stored());

    /// <summary>The hash of the last event that was added.</summary>
    public byte[] Head => [.. _head];

    public long Count { get; private set; }

    public void Add(ReadOnlySpan<byte> body)
    {
        _hash.AppendData(_head);
        _hash.AppendData(body);
        _hash.GetHashAndReset(_head);
        Count++;
    }

    public void Dispose() => _hash.Dispose();
}
