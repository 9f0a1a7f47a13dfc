using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Redaction;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Spool;

/// <summary>
/// Takes secrets and personal data out of everything that a recording is given, before any of it touches the
/// disk. Doing it twice changes nothing, so what was cleansed elsewhere under the same key stays as it is.
/// </summary>
internal sealed class Cleansing(byte[] key)
{
    // Git's own rule for what it shows as binary: there is no text to look at.
    private const int BinaryProbeBytes = 8000;
    private static readonly string[] SecretWords =
    [
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "API_KEY",
        "APIKEY",
    ];
    private static readonly string[] CleansedParts = ["payload", "context"];

    private readonly byte[] _withholdingKey = HMACSHA256.HashData(key, "withheld"u8);
    private readonly Redactor _redactor = OfTexts.Value.WithKey(key);
    private readonly Redactor _lines = OfLines.Value.WithKey(key);

    // Every recording of this process looks for the same.
    private static readonly Lazy<Redactor> OfTexts = new(() =>
        new Redactor(
            RuleSet.Default,
            NewKey(),
            new RedactionOptions { KnownValues = [.. KnownHere()], NamesAbove = true }
        )
    );
    private static readonly Lazy<Redactor> OfLines = new(() => OfTexts.Value.EachLineAlone());

    /// <summary>
    /// Reads the rules and the contract on other threads, for whoever has something else to do until it
    /// cleanses.
    /// </summary>
    public static void Prepare()
    {
        _ = Task.Run(() => new Cleansing(NewKey()).Text("a word"));
        _ = Task.Run(() => EventCatalog.Contract);
    }

    /// <summary>A new key, for one recording.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(32);

    /// <summary>Cleanses a file as it is on disk.</summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public byte[] File(ReadOnlySpan<byte> content) => Blob(_redactor, content, out _);

    /// <summary>
    /// Cleanses what goes into a blob. Code was cleansed as the file that it is, or is a diff of such files:
    /// there each line is by itself, so that it still applies to them.
    /// </summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public byte[] Blob(
        ReadOnlySpan<byte> content,
        ContentKind kind,
        out IReadOnlyDictionary<string, long> rules
    ) => Blob(kind is ContentKind.Output or ContentKind.Plain ? _redactor : _lines, content, out rules);

    private static byte[] Blob(
        Redactor redactor,
        ReadOnlySpan<byte> content,
        out IReadOnlyDictionary<string, long> rules
    )
    {
        var report = redactor.NewReport();
        var isBinary = content[..Math.Min(content.Length, BinaryProbeBytes)].Contains((byte)0);
        var cleansed = isBinary ? content.ToArray() : redactor.Redact(content, report);
        rules = report.Counts;
        return cleansed;
    }

    /// <summary>
    /// Cleanses the payload and the context of an event, and takes out what the developer refuses; what names
    /// other things stays.
    /// </summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public byte[] Event(byte[] json, ConsentFlags consent, out IReadOnlyDictionary<string, long> rules)
    {
        var cleansed = Event(json, out rules);
        return Withholding.IsAsked(consent)
            ? new Withholding(consent, _withholdingKey, EventCatalog.Contract).Event(cleansed).Json.ToArray()
            : cleansed;
    }

    private byte[] Event(byte[] json, out IReadOnlyDictionary<string, long> rules)
    {
        var report = _redactor.NewReport();
        var cleansed = (JsonObject)JsonNode.Parse(json)!;
        foreach (var part in CleansedParts)
            if (cleansed[part] is JsonObject members)
                cleansed[part] = Part(members, report);
        rules = report.Counts;
        return report.Total == 0 ? json : System.Text.Encoding.UTF8.GetBytes(cleansed.ToJsonString());
    }

    /// <summary>
    /// Cleanses what people write into the description of a trace, and its remote's address.
    /// </summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public NewTrace Trace(NewTrace trace)
    {
        var report = trace.Task.BugReport;
        return trace with
        {
            Repo = trace.Repo with { RemoteUrl = Text(trace.Repo.RemoteUrl) },
            Task = trace.Task with
            {
                BugReport = report with
                {
                    Title = Text(report.Title)!,
                    Description = Text(report.Description)!,
                    ReproSteps = Text(report.ReproSteps),
                    Expected = Text(report.Expected),
                    Actual = Text(report.Actual),
                    Links = [.. report.Links.Select(link => Text(link)!)],
                },
            },
        };
    }

    /// <exception cref="RedactionException">It must be refused.</exception>
    public string? Text(string? text) => text is null ? null : _redactor.Redact(text, _redactor.NewReport());

    private JsonObject Part(JsonObject members, RedactionReport report)
    {
        var names = members.Where(member => IsName(member.Key)).ToList();
        foreach (var (member, _) in names)
            members.Remove(member);
        var text = System.Text.Encoding.UTF8.GetBytes(members.ToJsonString());
        var cleansed = (JsonObject)JsonNode.Parse(_redactor.RedactJson(text, report))!;
        foreach (var (member, value) in names)
            cleansed[member] = value;
        return cleansed;
    }

    // Hashes and ids look like secrets, and are what ties a trace together.
    private static bool IsName(string member) =>
        member.EndsWith("_id", StringComparison.Ordinal)
        || member.EndsWith("_hash", StringComparison.Ordinal)
        || member is "commit_sha" or "commit_head" or "parent_shas" or "links_to";

    private static IEnumerable<KnownValue> KnownHere()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            if (variable is { Key: string name, Value: string value } && IsSecret(name) && IsLong(value))
                yield return new KnownValue(KnownKind.Secret, value);
    }

    private static bool IsSecret(string variable) =>
        SecretWords.Any(word => variable.Contains(word, StringComparison.OrdinalIgnoreCase));

    // A short value such as "true" would be found in everything.
    private static bool IsLong(string value) => value.Length >= 8 && !value.Contains('\n');
}
