using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Personal;

namespace Datacurve.Tests.Redaction;

public sealed class CorpusTests(ITestOutputHelper output)
{
    private const int Seed = 118;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Redactor _redactor = Planted.NewRedactor();

    // {0} is the name, {1} the secret. Each line is what a recorder sees of a day's work.
    private static readonly string[] Surroundings =
    [
        "{0}={1}",
        "export {0}=\"{1}\"",
        "+{0}={1}",
        "-    \"{0}\": \"{1}\",",
        "  {0}: {1}",
        "    {0}: '{1}'\r",
        "{{\"level\":\"info\",\"msg\":\"using {0}={1} now\"}}",
        "{{\"log\":\"line\\n{0}: \\\"{1}\\\"\\n\"}}",
        "2026-11-24T10:00:00Z INFO client ready {0}={1} region=eu",
        "$ {0}={1} npm run deploy",
        "  143  curl -H \"X-{0}: {1}\" https://api.internal/v1",
        "const {0} = '{1}';",
        "{0} := `{1}`",
        "os.environ[\"{0}\"] = \"{1}\"",
        "<{0}>{1}</{0}>",
        "<add key=\"{0}\" value=\"{1}\" />",
        "ENV {0} {1}",
        "docker run -e {0}={1} image",
        "[default]\t{0} = {1}",
        "private static final String {0} = \"{1}\";",
        "https://api.internal/hook?{0}={1}&x=1",
        "\e[36m{0}\e[0m=\e[33m{1}\e[0m",
    ];

    // What stands right before and behind a token that needs no name.
    private static readonly string[] Joints =
    [
        "x-{1}",
        "token_{1}",
        "note a%3D{1}%26b",
        "Subject: a=3D{1}",
        "first\\n{1}\\nlast",
        "\\t{1}\\r\\n",
        "[32m{1}[0m",
        "[1;31m{1}",
        "&quot;{1}&quot;",
        "see https://api.internal/{1}/x",
        "%22{1}%22",
        "the token {1}.",
    ];

    [Fact]
    public void At_least_99_of_100_planted_secrets_are_found_of_every_kind_in_every_surrounding()
    {
        Assert.True(SecretKind.All.Count >= 300);
        var planted = new Planted(Seed);
        var (planteds, misses) = (
            new SortedDictionary<string, int>(StringComparer.Ordinal),
            new List<Miss>()
        );
        foreach (var kind in SecretKind.All)
        foreach (var surrounding in kind.Name is null ? [.. Surroundings, .. Joints] : Surroundings)
        {
            var secret = kind.Make(planted);
            var text = string.Format(surrounding, kind.Name ?? "SERVICE_KEY", secret);
            planteds[kind.RuleId] = planteds.GetValueOrDefault(kind.RuleId) + 1;
            if (Redact(text).Contains(Distinctive(secret), StringComparison.Ordinal))
                misses.Add(new Miss(kind.RuleId, surrounding));
        }
        var total = planteds.Values.Sum();
        output.WriteLine(
            $"seed {Seed}: {total} planted of {SecretKind.All.Count} kinds, {misses.Count} missed"
        );
        output.WriteLine($"{"rule", -32} planted found recall");
        foreach (var (rule, count) in planteds)
        {
            var found = count - misses.Count(miss => miss.RuleId == rule);
            output.WriteLine($"{rule, -32} {count, 7} {found, 5} {(double)found / count, 6:0.000}");
        }
        misses.ForEach(miss => output.WriteLine($"missed: {miss.RuleId} in {miss.Surrounding}"));
        Assert.True(misses.Count * 100 <= total, string.Join('\n', misses));
        // And no kind pays for the others.
        Assert.All(
            planteds,
            kind =>
                Assert.True(
                    misses.Count(miss => miss.RuleId == kind.Key) * 5 <= kind.Value,
                    $"{kind.Key}: more than one in five are missed"
                )
        );
    }

    [Fact]
    public void Secrets_are_found_with_colours_inside_and_cut_by_chunks()
    {
        var planted = new Planted(Seed + 1);
        var missed = new List<string>();
        foreach (var kind in SecretKind.All)
        {
            var secret = kind.Make(planted);
            var coloured = secret.Insert(secret.Length / 3, "\e[31m").Insert(secret.Length / 2 + 5, "\e[0m");
            var plain = Redact($"{kind.Name ?? "KEY"}={secret} end\n");
            var text = Encoding.UTF8.GetBytes(
                $"{kind.Name ?? "KEY"}={secret} end\n{kind.Name ?? "KEY"}={coloured} end\n"
            );
            var chunked = InChunks(text, planted);
            if (
                !chunked.StartsWith(plain, StringComparison.Ordinal)
                || chunked.Split('\n')[1].Contains(Distinctive(secret))
            )
                missed.Add(kind.RuleId);
        }
        output.WriteLine($"seed {Seed + 1}: missed {string.Join(", ", missed)}");
        Assert.True(missed.Count * 100 <= SecretKind.All.Count, string.Join(", ", missed));
    }

    [Fact]
    public void Code_lock_files_logs_and_git_output_hold_at_most_one_false_find_in_10_megabytes()
    {
        var redactor = Planted.NewRedactor(personalData: false);
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        long bytes = 0;
        foreach (var text in NegativeCorpus.Texts(Seed))
        {
            bytes += text.Length;
            foreach (var finding in redactor.Find(text))
                counts[finding.RuleId] = counts.GetValueOrDefault(finding.RuleId) + 1;
        }
        output.WriteLine($"seed {Seed}: {bytes} bytes, {counts.Values.Sum()} false finds");
        output.WriteLine($"{"rule", -32} found in 10 MB");
        foreach (var (rule, count) in counts)
            output.WriteLine($"{rule, -32} {count, 5} {count * 1e7 / bytes, 8:0.00}");
        Assert.True(bytes > 20_000_000);
        Assert.True(counts.Values.Sum() * 10_000_000L <= bytes, string.Join(", ", counts));
    }

    [Fact]
    public void Hostile_text_of_ten_megabytes_is_redacted_to_its_end()
    {
        string[] hostile =
        [
            "ghp_",
            "a@",
            "://a:b@",
            "password=",
            "1.2.",
            "eyJa.",
            "\e[",
            "\\",
            "sk-",
            "4111 ",
            "=\"",
            "BEGIN ",
        ];
        foreach (var text in hostile)
        {
            var bytes = Encoding.ASCII.GetBytes(
                string.Concat(Enumerable.Repeat(text, 10_000_000 / text.Length))
            );
            Assert.NotEmpty(_redactor.Redact(bytes, _redactor.NewReport()));
        }
        Assert.All(
            RuleSet.Default.Rules,
            rule => Assert.True(rule.RegexFor(10_000).Options.HasFlag(RegexOptions.NonBacktracking))
        );
    }

    [Fact]
    public void Each_rule_finds_the_same_by_either_engine()
    {
        var planted = new Planted(Seed + 2);
        var backtracking = RuleSet
            .Default.Rules.Where(rule => rule.Pattern is not null)
            .ToDictionary(
                rule => rule,
                rule => new Regex(rule.Pattern!, RegexOptions.CultureInvariant, Patience)
            );
        var compared = new HashSet<string>();
        foreach (var kind in SecretKind.All)
        foreach (var surrounding in Surroundings)
        {
            var text = string.Format(surrounding, kind.Name ?? "SERVICE_KEY", kind.Make(planted));
            foreach (var (rule, regex) in backtracking)
                if (rule.Keywords.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
                {
                    Assert.Equal(Matches(rule.Linear, text), Matches(regex, text));
                    compared.Add(rule.Id);
                }
        }
        output.WriteLine($"seed {Seed + 2}: {compared.Count} rules compared");
        Assert.True(compared.Count > 300);
    }

    private static IEnumerable<(int, int)> Matches(Regex regex, string text) =>
        regex
            .Matches(text)
            .SelectMany(match => match.Groups.Cast<Group>().Select(group => (group.Index, group.Length)));

    private string Redact(string text) => _redactor.Redact(text, _redactor.NewReport());

    private string InChunks(byte[] text, Planted planted)
    {
        var written = new ArrayBufferWriter<byte>();
        var chunks = _redactor.OpenChunks(written, _redactor.NewReport());
        for (var at = 0; at < text.Length; )
        {
            var length = Math.Min(text.Length - at, planted.Of("123456789", 1)[0] - '0');
            chunks.Write(text.AsSpan(at, length));
            at += length;
        }
        chunks.Complete();
        return Encoding.UTF8.GetString(written.WrittenSpan);
    }

    private readonly record struct Miss(string RuleId, string Surrounding);

    // The end is drawn by chance; the beginning of many is the same for all of a kind.
    private static string Distinctive(string secret) => secret.TrimEnd('=')[^10..];
}
