using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Datacurve.Core.Redaction.Documents;

namespace Datacurve.Core.Redaction;

/// <summary>
/// Redacts what a service is sent, each thing by what it is: JSON documents, whole contents, diffs, names of
/// files. Under one key all of them agree, so that a trace whose parts come one by one still replays. Safe
/// for many threads; redacting again changes nothing.
/// </summary>
/// <remarks>
/// In content that is no text only secrets are replaced that have a form of their own: what looks like a
/// password or an address in an image or a program is mostly none, and its length matters there.
/// </remarks>
public sealed class Cleanser
{
    // Git's own rule for what it shows as binary.
    private const int BinaryProbeBytes = 8000;

    /// <param name="rules">What is looked for.</param>
    /// <param name="key">The key of the placeholders, as <see cref="Redactor"/> takes it.</param>
    /// <exception cref="ArgumentException">The key is too short.</exception>
    public Cleanser(RuleSet rules, ReadOnlySpan<byte> key)
    {
        Name = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(rules.Version)))[
            ..16
        ];
        WithholdingKey = HMACSHA256.HashData(key, "withheld"u8);
        Whole = new Redactor(rules, key);
        Ids = new Redactor(rules, key, new RedactionOptions { LoneValues = false });
        Identities = new Redactor(
            rules,
            key,
            new RedactionOptions { PersonalData = false, LoneValues = false }
        );
        FormsAlone = new Redactor(
            rules,
            key,
            new RedactionOptions
            {
                PersonalData = false,
                Context = false,
                LoneValues = false,
            }
        );
    }

    /// <summary>The same for the same rules and key, of which it tells nothing.</summary>
    public string Name { get; }

    /// <summary>Names the rules, see <see cref="RuleSet.Version"/>.</summary>
    public string RuleVersion => Whole.Rules.Version;

    /// <summary>A key that follows from this one's, for the hashes of what is withheld.</summary>
    public ReadOnlyMemory<byte> WithholdingKey { get; }

    /// <summary>Replaces secrets and personal data.</summary>
    internal Redactor Whole { get; }

    /// <summary>Replaces all but what an id of its sender's own making may look like.</summary>
    internal Redactor Ids { get; }

    /// <summary>Replaces secrets, and leaves what may name a person.</summary>
    internal Redactor Identities { get; }

    /// <summary>Replaces secrets that have a form of their own.</summary>
    internal Redactor FormsAlone { get; }

    /// <summary>An empty report for these rules.</summary>
    public RedactionReport NewReport() => Whole.NewReport();

    /// <summary>
    /// Redacts a JSON document of the contract; the same memory where nothing was found in it.
    /// </summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public ReadOnlyMemory<byte> Document(ReadOnlyMemory<byte> json, RedactionReport report) =>
        new DocumentRedaction(this, report).Redact(json);

    /// <summary>Redacts the content of a file, or what a program printed.</summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public byte[] Content(ReadOnlySpan<byte> content, RedactionReport report) =>
        For(content).Redact(content, report);

    /// <summary>Redacts content that comes in chunks.</summary>
    /// <param name="start">Its beginning, at least 8,000 bytes of it where it has as many.</param>
    /// <param name="output">Takes what is redacted.</param>
    /// <param name="report">Takes the counts.</param>
    public ChunkRedaction OpenContent(
        ReadOnlySpan<byte> start,
        IBufferWriter<byte> output,
        RedactionReport report
    ) => For(start).OpenChunks(output, report);

    /// <summary>Redacts a diff so that it applies to the redacted files.</summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public byte[] Diff(ReadOnlyMemory<byte> diff, RedactionReport report) =>
        new DiffRedaction(this, report).Redact(diff);

    /// <summary>Whether content may be a diff, by its beginning.</summary>
    public static bool IsLikelyDiff(ReadOnlySpan<byte> start) => DiffRedaction.IsLikely(start);

    /// <summary>Redacts the name of a file, relative to the repository.</summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public string Path(string path, RedactionReport report) => Whole.RedactPath(path, report);

    /// <summary>Redacts a text such as a header.</summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public string Text(string text, RedactionReport report) => Whole.Redact(text, report);

    private Redactor For(ReadOnlySpan<byte> content) => IsText(content) ? Whole : FormsAlone;

    // UTF-16 has zeros too, and says so at its beginning.
    private static bool IsText(ReadOnlySpan<byte> content) =>
        content is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]
        || !content[..Math.Min(content.Length, BinaryProbeBytes)].Contains((byte)0);
}
