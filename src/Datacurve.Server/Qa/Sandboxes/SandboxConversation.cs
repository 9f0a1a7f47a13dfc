using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// Reads what <see cref="SandboxScripts"/> prints: the command's output between two marks, kept up to a
/// limit and counted past it, and the trailer behind the second. All of it comes from inside the sandbox,
/// so nothing of it is trusted with more memory than the limits allow.
/// </summary>
internal sealed class SandboxConversation(int outputBytesMax, int reportBytesMax, int reportCount)
{
    private readonly ArrayBufferWriter<byte> stdout = new();
    private readonly ArrayBufferWriter<byte> stderr = new();
    private readonly ArrayBufferWriter<byte> trailer = new();

    // Bytes of stdout that may be the first part of the mark.
    private byte[] held = [];

    /// <summary>Known to the first process of the sandbox and to this reader.</summary>
    public string Mark { get; } = "datacurve-" + RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The workspace stands and the command has been started.</summary>
    public bool Begun { get; private set; }
    public bool Truncated { get; private set; }
    public byte[] Stdout => stdout.WrittenSpan.ToArray();
    public byte[] Stderr => stderr.WrittenSpan.ToArray();

    private bool Ended => trailer.WrittenCount > 0;

    public void OnStderr(ReadOnlySpan<byte> bytes) => Keep(stderr, bytes);

    public void OnStdout(ReadOnlySpan<byte> bytes)
    {
        if (Ended)
        {
            KeepTrailer(bytes);
            return;
        }

        byte[] seen = [.. held, .. bytes];
        var mark = Encoding.ASCII.GetBytes(Begun ? Mark : Mark + "\n");
        var at = seen.AsSpan().IndexOf(mark);
        if (at < 0)
        {
            // No part of a mark is longer than the mark less its last byte.
            var settled = Math.Max(0, seen.Length - mark.Length + 1);
            Keep(stdout, seen.AsSpan(0, settled));
            held = seen[settled..];
            return;
        }

        Keep(stdout, seen.AsSpan(0, at));
        held = [];
        if (Begun)
        {
            KeepTrailer(seen.AsSpan(at));
            return;
        }
        Begun = true;
        OnStdout(seen.AsSpan(at + mark.Length));
    }

    /// <summary>No more will come. Null where the sandbox ended before its trailer was whole.</summary>
    public SandboxTrailer? Finish()
    {
        if (!Ended)
            Keep(stdout, held);
        held = [];
        return SandboxTrailer.Parse(trailer.WrittenSpan, reportCount);
    }

    private void Keep(ArrayBufferWriter<byte> kept, ReadOnlySpan<byte> bytes)
    {
        var room = Math.Min(outputBytesMax - kept.WrittenCount, bytes.Length);
        kept.Write(bytes[..room]);
        Truncated |= room < bytes.Length;
    }

    private void KeepTrailer(ReadOnlySpan<byte> bytes)
    {
        var max = 256 + (reportBytesMax + 32L) * reportCount;
        trailer.Write(bytes[..(int)Math.Min(max - trailer.WrittenCount, bytes.Length)]);
    }
}

/// <summary>
/// What a sandbox says last. <see cref="Number"/>: for a run, how many processes the memory limit has
/// killed; for a setup, how many bytes it packed. A report that is absent or not a regular file is null.
/// </summary>
internal sealed record SandboxTrailer(
    int ExitCode,
    long Number,
    IReadOnlyList<byte[]?> Reports,
    bool ReportTooLarge
)
{
    public static SandboxTrailer? Parse(ReadOnlySpan<byte> bytes, int reportCount)
    {
        var head = Line(ref bytes)?.Split(' ');
        if (
            head is not [_, var code, var number]
            || !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var exitCode)
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        )
            return null;

        var reports = new List<byte[]?>();
        var tooLarge = false;
        while (reports.Count < reportCount)
        {
            var line = Line(ref bytes);
            if (line is null)
                return null;
            tooLarge |= line == "large";
            if (line is "absent" or "large")
            {
                reports.Add(null);
                continue;
            }
            if (!int.TryParse(line, out var length) || length < 0 || length > bytes.Length)
                return null;
            reports.Add(bytes[..length].ToArray());
            bytes = bytes[length..];
        }
        return new SandboxTrailer(exitCode, count, reports, tooLarge);
    }

    private static string? Line(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        if (end < 0)
            return null;
        var line = Encoding.ASCII.GetString(bytes[..end]);
        bytes = bytes[(end + 1)..];
        return line;
    }
}
