using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Lines;
using Datacurve.Tests.Simulation;

namespace Datacurve.Tests.Redaction;

/// <summary>
/// Whatever a text is, redaction of it ends, and what was redacted stays as it is: as a text, a diff, a
/// document of JSON, and in chunks.
/// </summary>
public sealed class HostileTextTests(ITestOutputHelper output)
{
    private const int Texts = 60;

    private readonly Cleanser _cleanser = new(RuleSet.Default, new byte[32]);
    private readonly Redactor _ofTexts = new(
        RuleSet.Default,
        new byte[32],
        new RedactionOptions { NamesAbove = true }
    );

    [Fact]
    public void What_is_redacted_stays_so_however_it_comes()
    {
        // The same each time, and others by hand: the texts are endless, and so is what may be found in them.
        var seed = RunSettings.SeedOr(1);
        output.WriteLine($"DATACURVE_TEST_SEED={seed}");
        for (var i = 0; i < RunSettings.Texts(Texts); i++)
        {
            var texts = new HostileTexts(seed + i);
            var text = texts.Next();
            var bytes = Encoding.UTF8.GetBytes(text);
            try
            {
                var whole = AsText(_cleanser.Whole, bytes);
                Assert.Equal(whole, InChunks(_cleanser.Whole, bytes, texts));
                AsLines(text);
                var again = IsInOnePieceEach(bytes) && IsInOnePieceEach(whole);
                AsDiff(bytes, again);
                AsDocument(text, again);
                if (again)
                    Assert.Equal(whole, AsText(_cleanser.Whole, whole));
                var named = AsText(_ofTexts, bytes);
                Assert.Equal(named, InChunks(_ofTexts, bytes, texts));
                if (again && IsInOnePieceEach(named))
                    Assert.Equal(named, AsText(_ofTexts, named));
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"DATACURVE_TEST_SEED={seed + i}", failed);
            }
        }
    }

    /// <summary>A longer line is cut, and when it is redacted again it is cut elsewhere.</summary>
    private static bool IsInOnePieceEach(ReadOnlySpan<byte> text)
    {
        foreach (var line in text.Split((byte)'\n'))
            if (text[line].Length > LineCutter.PieceBytesMax)
                return false;
        return true;
    }

    private static byte[] AsText(Redactor redactor, byte[] text) =>
        redactor.Redact(text, redactor.NewReport());

    private static byte[] InChunks(Redactor redactor, byte[] text, HostileTexts texts)
    {
        var redacted = new ArrayBufferWriter<byte>();
        var chunks = redactor.OpenChunks(redacted, redactor.NewReport());
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = Math.Min(texts.NextChunk(), text.Length - at);
            chunks.Write(text.AsSpan(at, length));
        }
        chunks.Complete();
        return redacted.WrittenSpan.ToArray();
    }

    /// <summary>What a line becomes depends on it alone, behind what a diff puts before it.</summary>
    private void AsLines(string text)
    {
        var whole = _cleanser.Whole.Redact(text, _cleanser.NewReport());
        var alone = text.Split('\n').Select(line => _cleanser.Whole.Redact(line, _cleanser.NewReport()));
        Assert.Equal(whole, string.Join('\n', alone));
        Assert.Equal("+" + whole, _cleanser.Whole.Redact("+" + text, _cleanser.NewReport()));
    }

    private void AsDiff(byte[] text, bool again)
    {
        byte[] once;
        try
        {
            once = _cleanser.Diff(text, _cleanser.NewReport());
        }
        catch (RedactionException)
        {
            // Refused, whole.
            return;
        }
        if (again)
            Assert.Equal(once, _cleanser.Diff(once, _cleanser.NewReport()));
    }

    private void AsDocument(string text, bool again)
    {
        var name = string.Concat(text.Where(c => !char.IsSurrogate(c)).Take(20));
        var payload = new JsonObject
        {
            ["command"] = text,
            ["file_path"] = text,
            ["password"] = text,
            ["details"] = new JsonObject
            {
                [name] = new JsonArray(text, new JsonObject { ["value"] = text }),
            },
        };
        var document = Encoding.UTF8.GetBytes(new JsonObject { ["payload"] = payload }.ToJsonString());
        var once = _cleanser.Document(document, _cleanser.NewReport()).ToArray();
        Assert.NotNull(JsonNode.Parse(once));
        var json = _cleanser.Whole.RedactJson(document, _cleanser.NewReport());
        Assert.NotNull(JsonNode.Parse(json));
        if (!again)
            return;
        Assert.Equal(once, _cleanser.Document(once, _cleanser.NewReport()).ToArray());
        Assert.Equal(json, _cleanser.Whole.RedactJson(json, _cleanser.NewReport()));
    }
}
