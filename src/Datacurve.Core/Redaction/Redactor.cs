using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Datacurve.Core.Redaction.Documents;
using Datacurve.Core.Redaction.Lines;
using Datacurve.Core.Redaction.Rules;

namespace Datacurve.Core.Redaction;

/// <summary>
/// Replaces secrets and personal data. Bytes go in and bytes come out, of any encoding; what is replaced is
/// counted in a report. Safe for many threads.
/// </summary>
/// <remarks>
/// <para>
/// Unless <see cref="RedactionOptions.NamesAbove"/> says otherwise, what a line becomes depends on that line
/// alone, behind its leading blanks, pluses and minuses. So under one rule set, key and options a diff and
/// the file that it is of are redacted alike, and the redacted diff applies to the redacted file. Redacting
/// again changes nothing.
/// </para>
/// <para>
/// An exception means that the data must be refused. Nothing is let through that was not looked at.
/// </para>
/// </remarks>
public sealed class Redactor
{
    /// <summary>A shorter key could be guessed, and with it which secret a placeholder stands for.</summary>
    public const int KeyBytesMin = 16;

    private readonly RuleSet _rules;
    private readonly RedactionOptions _options;
    private readonly byte[] _key;
    private readonly KeywordFilter _keywords;
    private readonly Lazy<KeywordUses> _uses;
    private readonly ConcurrentBag<LineRedaction> _spares = [];

    /// <param name="rules">What is looked for.</param>
    /// <param name="key">
    /// The key of the placeholders' hash, of the trace or its project: at least <see cref="KeyBytesMin"/>
    /// random bytes, to be kept as a secret.
    /// </param>
    /// <param name="options">What is replaced beside secrets.</param>
    /// <exception cref="ArgumentException">The key or a known value is too short.</exception>
    public Redactor(RuleSet rules, ReadOnlySpan<byte> key, RedactionOptions? options = null)
    {
        _rules = rules;
        _key = Checked(key);
        _options = options ?? new RedactionOptions();
        if (
            _options.KnownValues.Any(known =>
                known.Bytes.Length < KnownValue.BytesMin || known.Value.Contains('\n')
            )
        )
            throw new ArgumentException(
                $"a known value has at least {KnownValue.BytesMin} bytes on one line",
                nameof(options)
            );
        var keywords = _options.PersonalData ? rules.Keywords : rules.SecretKeywords;
        _keywords =
            _options.KnownValues.Count == 0
                ? keywords
                : new KeywordFilter([
                    .. keywords.Words.Concat(_options.KnownValues.Select(known => known.Keyword)).Distinct(),
                ]);
        _uses = new(() => new KeywordUses(_rules, _keywords, _options));
    }

    private Redactor(Redactor same, RedactionOptions options, ReadOnlySpan<byte> key)
    {
        (_rules, _options, _keywords, _uses) = (same._rules, options, same._keywords, same._uses);
        _key = Checked(key);
    }

    /// <summary>What looks for the same under another key; it shares the tables, and is soon made.</summary>
    /// <exception cref="ArgumentException">The key is too short.</exception>
    public Redactor WithKey(ReadOnlySpan<byte> key) => new(this, _options, key);

    /// <summary>The same, for diffs: without <see cref="RedactionOptions.NamesAbove"/>.</summary>
    public Redactor EachLineAlone() => new(this, _options with { NamesAbove = false }, _key);

    public RuleSet Rules => _rules;

    internal bool ReplacesPersonalData => _options.PersonalData;

    /// <summary>An empty report for these rules.</summary>
    public RedactionReport NewReport() => new(_rules.Version);

    /// <summary>Redacts a whole text or file.</summary>
    /// <exception cref="RedactionException">It could not be redacted, and must be refused.</exception>
    public byte[] Redact(ReadOnlySpan<byte> text, RedactionReport report)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 256);
        Redact(text, output, report);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Redacts a whole text or file into a buffer.</summary>
    /// <exception cref="RedactionException">It could not be redacted, and must be refused.</exception>
    public void Redact(ReadOnlySpan<byte> text, IBufferWriter<byte> output, RedactionReport report) =>
        RedactPart(text, isInLine: false, NewNameAbove(), output, report);

    /// <summary>Redacts text that comes in chunks, wherever they are cut.</summary>
    /// <param name="output">
    /// Takes what is redacted, at the latest when the stream is completed.
    /// </param>
    /// <param name="report">Takes the counts.</param>
    public ChunkRedaction OpenChunks(IBufferWriter<byte> output, RedactionReport report) =>
        new(this, output, report);

    /// <summary>Redacts a string, such as a command or a title.</summary>
    /// <exception cref="RedactionException">It could not be redacted, and must be refused.</exception>
    public string Redact(string text, RedactionReport report)
    {
        var before = report.Total;
        var redacted = Redact(Encoding.UTF8.GetBytes(text), report);
        return report.Total == before ? text : Encoding.UTF8.GetString(redacted);
    }

    /// <summary>
    /// Redacts the name of a file, each of its folders by itself, so that a name is the same in every list.
    /// </summary>
    /// <param name="path">With <c>/</c> between its names.</param>
    /// <param name="report">Takes the counts.</param>
    /// <exception cref="RedactionException">It could not be redacted, and must be refused.</exception>
    public string RedactPath(string path, RedactionReport report) =>
        path.StartsWith('/') || path.Contains('\\')
            ? Redact(path, report)
            : string.Join('/', path.Split('/').Select(name => Redact(name, report)));

    /// <summary>
    /// Redacts a JSON document: its strings, as they are when read, and the names of its members. Members
    /// whose names say that they hold a secret are replaced whole. Numbers, order and structure stay.
    /// </summary>
    /// <exception cref="RedactionException">
    /// It is no JSON or could not be redacted, and must be refused.
    /// </exception>
    public byte[] RedactJson(ReadOnlySpan<byte> json, RedactionReport report) =>
        new JsonRedaction(this, report).Redact(json);

    /// <summary>What would be replaced in a text; nothing is changed.</summary>
    /// <param name="text">The whole text, or what follows the lines before it.</param>
    /// <param name="path">The file's name, for rules that ask for it.</param>
    /// <param name="linesBefore">Lines that were looked at before this text.</param>
    /// <exception cref="RedactionException">It could not be looked at.</exception>
    public IReadOnlyList<Finding> Find(ReadOnlySpan<byte> text, string? path = null, long linesBefore = 0)
    {
        var findings = new List<Finding>();
        var lines = Take();
        try
        {
            lines.Find(text, path, linesBefore, NewNameAbove(), findings);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new RedactionException("the text could not be looked at", e);
        }
        _spares.Add(lines);
        return findings;
    }

    /// <summary>The placeholder of a value.</summary>
    internal string PlaceholderOf(string label, ReadOnlySpan<byte> secret) =>
        Placeholder.Of(label, secret, _key);

    /// <summary>For a text that begins; null where each line is by itself.</summary>
    internal NameAbove? NewNameAbove() => _options.NamesAbove && _options.Context ? new NameAbove() : null;

    internal void RedactPart(
        ReadOnlySpan<byte> text,
        bool isInLine,
        NameAbove? above,
        IBufferWriter<byte> output,
        RedactionReport report
    )
    {
        var lines = Take();
        try
        {
            lines.Redact(text, isInLine, above, output, report);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new RedactionException("the text could not be redacted", e);
        }
        _spares.Add(lines);
    }

    // The buffers of one redaction are kept for the next: as many as there ever were at once.
    private LineRedaction Take() =>
        _spares.TryTake(out var spare)
            ? spare
            : new LineRedaction(_rules, _keywords, _uses.Value, _options, _key);

    private static byte[] Checked(ReadOnlySpan<byte> key) =>
        key.Length >= KeyBytesMin
            ? key.ToArray()
            : throw new ArgumentException(
                $"a key of redaction has at least {KeyBytesMin} bytes",
                nameof(key)
            );

    private static bool IsRefusal(Exception e) => e is not RedactionException and not OutOfMemoryException;
}
