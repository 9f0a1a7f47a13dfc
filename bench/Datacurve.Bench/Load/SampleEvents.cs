using System.Buffers;
using System.Text.Json;

namespace Datacurve.Bench.Load;

/// <summary>
/// Events as recorders send them: all common types, about 380 bytes each on the average. The same seed gives
/// the same events.
/// </summary>
internal sealed class SampleEvents(int seed)
{
    public const int BatchLength = 100;

    private static readonly string[] Words =
    [
        "return",
        "import",
        "index",
        "value",
        "None",
        "schedule",
        "interval",
        "booking",
        "assert",
        "merge",
        "start",
        "finish",
        "raise",
        "error",
        "lambda",
        "config",
        "buffer",
        "request",
        "handler",
        "yield",
    ];

    private static readonly string[] Kinds =
    [
        "file_edit",
        "file_edit",
        "file_edit",
        "terminal_command",
        "terminal_command",
        "terminal_output",
        "terminal_output",
        "terminal_output",
        "thought",
        "thought",
        "navigation",
        "navigation",
        "test_run",
        "debug_action",
        "error",
        "file_snapshot",
        "commit",
    ];

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, string> _files = [];

    /// <summary>The body of an append of events <paramref name="first"/> and on.</summary>
    public byte[] Batch(long first, int count)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("events");
            for (var i = 0; i < count; i++)
                Write(writer, first + i);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Text such as programs and their output are made of.</summary>
    public string Text(int length)
    {
        var text = new System.Text.StringBuilder(length + 16);
        while (text.Length < length)
            text.Append(Words[_random.Next(Words.Length)]).Append(_random.Next(8) == 0 ? "()\n" : " ");
        return text.ToString(0, length);
    }

    private void Write(Utf8JsonWriter writer, long seq)
    {
        var kind = Kinds[_random.Next(Kinds.Length)];
        writer.WriteStartObject();
        writer.WriteString("event_id", NewId());
        writer.WriteNumber("seq", seq);
        writer.WriteNumber("ts_ms", 1_795_471_570_000 + seq * 731);
        writer.WriteString("type", kind);
        writer.WriteStartObject("actor");
        writer.WriteString("kind", kind is "file_edit" or "navigation" ? "ide" : "human");
        writer.WriteEndObject();
        if (_random.Next(3) == 0)
        {
            writer.WriteStartObject("context");
            writer.WriteString("workspace_root", "/home/dev/src/freebusy");
            writer.WriteString("branch", "fix/merge-of-intervals");
            writer.WriteEndObject();
        }

        writer.WriteStartObject("payload");
        WritePayload(writer, kind);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WritePayload(Utf8JsonWriter writer, string kind)
    {
        switch (kind)
        {
            case "file_edit":
                WriteEdit(writer, Path());
                break;
            case "file_snapshot":
                writer.WriteString("file_path", Path());
                writer.WriteString("content_blob_id", Blob());
                writer.WriteString("snapshot_reason", "pre_test");
                break;
            case "terminal_command":
                writer.WriteString("cwd", "/home/dev/src/freebusy");
                writer.WriteString("command", "python3 -c \"" + Text(_random.Next(20, 400)) + "\"");
                break;
            case "terminal_output":
                writer.WriteString("stream", _random.Next(4) == 0 ? "stderr" : "stdout");
                writer.WriteString("chunk_blob_id", Blob());
                break;
            case "thought":
                writer.WriteString("content_blob_id", Blob());
                writer.WriteString("kind", "hypothesis");
                break;
            default:
                WriteRarer(writer, kind);
                break;
        }
    }

    // A file is edited as the edit before left it.
    private void WriteEdit(Utf8JsonWriter writer, string path)
    {
        writer.WriteString("file_path", path);
        writer.WriteString("edit_kind", "patch");
        writer.WriteString("patch_blob_id", Blob());
        writer.WriteString("pre_hash", _files.TryGetValue(path, out var held) ? held : Hash());
        writer.WriteString("post_hash", _files[path] = Hash());
    }

    private void WriteRarer(Utf8JsonWriter writer, string kind)
    {
        switch (kind)
        {
            case "navigation":
                writer.WriteString("file_path", Path());
                writer.WriteString("symbol", Words[_random.Next(Words.Length)]);
                writer.WriteNumber("line", _random.Next(1, 900));
                break;
            case "test_run":
                writer.WriteString("command", "python3 -m pytest -q tests/test_intervalset.py");
                writer.WriteString("runner", "pytest");
                writer.WriteNumber("exit_code", 1);
                writer.WriteNumber("duration_ms", _random.Next(100, 9000));
                writer.WriteBoolean("passed", false);
                break;
            case "debug_action":
                writer.WriteString("action", "step_over");
                writer.WriteStartObject("details");
                writer.WriteString("frame", Text(_random.Next(50, 600)));
                writer.WriteNumber("depth", _random.Next(1, 30));
                writer.WriteEndObject();
                break;
            case "error":
                writer.WriteString("error_type", "AssertionError");
                writer.WriteString("message", Text(_random.Next(50, 900)));
                break;
            default:
                writer.WriteString("commit_sha", Hash()[..40]);
                writer.WriteString("message", Text(_random.Next(40, 500)));
                break;
        }
    }

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private string Path() => $"src/freebusy/{Words[_random.Next(Words.Length)]}{_random.Next(40)}.py";

    private string Blob() => "sha256:" + Hash();

    private string Hash()
    {
        Span<byte> bytes = stackalloc byte[32];
        _random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
