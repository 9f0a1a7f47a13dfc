using System.Globalization;
using System.Text;

namespace Datacurve.Cli.Spool;

/// <summary>
/// What a recorder warned of, for who asks while it cannot print: one line each with its time, the newest
/// that there is room for.
/// </summary>
internal sealed class KeptWarnings(string path)
{
    // One block of a disk, so that a disk that is full by then has room for it.
    private const int BytesMax = 4096;
    private const int SentenceMax = 1000;

    /// <summary>Takes the room, before the disk is full; a loss of power finds nothing in it.</summary>
    public void Reserve() => DurableFile.Replace(path, Padded(""), isFlushed: false);

    /// <summary>Keeps a sentence where the disk lets it; a warning is no cause of another.</summary>
    public void Add(string sentence, DateTimeOffset now)
    {
        var time = now.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var line = $"{time}: {sentence.ReplaceLineEndings(" ")}";
        if (line.Length > SentenceMax)
            line = line[..SentenceMax] + "…";
        try
        {
            var lines = new List<string>([.. All(), line]);
            while (Encoding.UTF8.GetByteCount(string.Join('\n', lines)) > BytesMax)
                lines.RemoveAt(0);
            using var file = DurableFile.Open(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
            file.Write(Padded(string.Join('\n', lines)));
            file.Flush(flushToDisk: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Whoever watches the recorder is told all the same.
        }
    }

    /// <summary>The oldest first; none where they cannot be read.</summary>
    public IReadOnlyList<string> All()
    {
        try
        {
            return File.Exists(path) ? [.. File.ReadAllLines(path).Where(line => line.Trim() != "")] : [];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static byte[] Padded(string text)
    {
        var bytes = new byte[BytesMax];
        bytes.AsSpan().Fill((byte)'\n');
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
