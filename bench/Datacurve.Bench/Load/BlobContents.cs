using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Bench.Load;

/// <summary>
/// Blobs that are all different, and their hashes, made before the clock runs. They are text, as patches and
/// outputs are; one differs from the next in its first bytes alone.
/// </summary>
internal sealed class BlobContents
{
    private readonly byte[] _content;
    private readonly List<string> _hashes = [];
    private int _taken = -1;

    public BlobContents(int length) =>
        _content = Encoding.UTF8.GetBytes(new SampleEvents(seed: 2).Text(length));

    public int Length => _content.Length;

    /// <summary>Makes so many more.</summary>
    public void Make(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Mark(_content, _hashes.Count);
            _hashes.Add(Convert.ToHexStringLower(SHA256.HashData(_content)));
        }
    }

    /// <summary>Those that are made and not taken.</summary>
    public int Left => _hashes.Count - _taken - 1;

    /// <summary>
    /// Puts the next one into a caller's copy of the content; null where all that were made are taken.
    /// </summary>
    public string? TakeNext(byte[] copy)
    {
        var index = Interlocked.Increment(ref _taken);
        if (index >= _hashes.Count)
        {
            Interlocked.Decrement(ref _taken);
            return null;
        }

        Mark(copy, index);
        return _hashes[index];
    }

    public byte[] Copy() => [.. _content];

    private static void Mark(byte[] content, int index) =>
        Encoding.ASCII.GetBytes(index.ToString("D10"), content);
}
