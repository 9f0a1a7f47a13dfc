using System.Text;
using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>Secrets that are all of a line: nothing on it says what they are.</summary>
public sealed class LoneValueTests(ITestOutputHelper output)
{
    private const int Seed = 91;
    private const int Rounds = 40;
    private const string Alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    // As programs, shells of languages, debuggers, tables, diffs and tests print what they were asked for.
    private static readonly string[] Lines =
    [
        "{0}",
        "   {0}",
        "{0}\r",
        "+{0}",
        "-    {0}",
        "'{0}'",
        "  \"{0}\",",
        "+      '{0}',",
        "`{0}`;",
        "b'{0}'",
        "| {0} |",
        "Out[3]: '{0}'",
        "=> \"{0}\"",
        "#=> \"{0}\"",
        "$1 ==> \"{0}\"",
        "$1 = 0x7ffd3a40 \"{0}\"",
        "(const char *) $0 = 0x0000000100003f9a \"{0}\"",
        "(String) $R0 = \"{0}\"",
        "$R3: String = \"{0}\"",
        "val res0: String = {0}",
        "val it: string = \"{0}\"",
        "- : string = \"{0}\"",
        "string(32) \"{0}\"",
        "[1] \"{0}\"",
        "  Expected: \"{0}\"",
        "  Received: \"{0}\"",
        "  left: \"{0}\"",
        "E       + {0}",
        "     1\t{0}",
        "secrets/token.txt:3:{0}",
    ];

    // The value of a member whose name stands on another line: of Kubernetes, of XML cut at its attributes,
    // of Terraform, of code.
    [Theory]
    [InlineData("          value: {0}")]
    [InlineData("            - value: {0}")]
    [InlineData("+          value: \"{0}\"")]
    [InlineData("    \"value\": \"{0}\",")]
    [InlineData("    'value': '{0}',")]
    [InlineData("    value: '{0}',")]
    [InlineData("  value=\"{0}\"")]
    [InlineData("    default: {0}")]
    [InlineData("  default     = \"{0}\"")]
    [InlineData("    <string>{0}</string>")]
    public void Of_drawn_letters_and_digits_97_of_100_are_found(string line)
    {
        const int Count = 2000;
        var planted = new Planted(Seed);
        var redactor = Planted.NewRedactor(personalData: false);
        foreach (var length in (int[])[24, 32, 40])
        {
            var missed = Enumerable
                .Range(0, Count)
                .Select(_ => planted.Of(Alphanumeric, length))
                .Where(secret => IsMissed(redactor, string.Format(line, secret), secret))
                .ToList();
            output.WriteLine($"{line}: {length} characters, {missed.Count} of {Count} missed");
            Assert.True(missed.Count * 100 <= Count * 3, string.Join(Environment.NewLine, missed.Take(9)));
        }
    }

    [Fact]
    public void Of_drawn_values_that_are_all_of_their_line_90_of_100_are_found()
    {
        var planted = new Planted(Seed);
        var redactor = Planted.NewRedactor(personalData: false);
        var poor = new List<string>();
        foreach (var (kind, make) in Kinds(planted))
        {
            var missed = new List<string>();
            foreach (var line in Lines)
                for (var round = 0; round < Rounds; round++)
                {
                    var secret = make();
                    var text = string.Format(line, secret);
                    if (
                        redactor.Redact(text, redactor.NewReport()).Contains(secret, StringComparison.Ordinal)
                    )
                        missed.Add($"{line}: {text}");
                }
            var total = Lines.Length * Rounds;
            output.WriteLine($"seed {Seed}: {kind}: {missed.Count} of {total} missed");
            missed.Take(12).ToList().ForEach(output.WriteLine);
            if (missed.Count * 100 > total * 10)
                poor.Add($"{kind}: {missed.Count} of {total}");
        }
        Assert.Empty(poor);
    }

    [Theory]
    [InlineData("GL_ARB_texture_rgb10_a2ui")]
    [InlineData("foo%5B%5D=%2B%3D%2F%3F%26%23+%C3%91")]
    [InlineData("SVGID_00000078021550110243797630000014812504150058184111_")]
    [InlineData("GHSA-w2h8-8x3g-278p")]
    [InlineData("X25519PrivateKeyAndCertificates2")]
    [InlineData("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKYcd3")]
    [InlineData("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")]
    [InlineData("0ujtsYcgvSTl8PAuAdqWYSMnLOv")]
    [InlineData("V1StGXR8_Z5jdHi6B-myT")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("msg_01A9yBkwTf6cVmAX6b3q3nZ7")]
    [InlineData("call_A9yBkwTf6cVmAX6b3q3nZ7x")]
    [InlineData("bh=pJMDSW9OyFQkw5+mTn23RDQ0ioaHtTd6I+0qBZvmwP4=;")]
    [InlineData("Expected: \"2jmj7l5rSw0yVb/vlWAYkK/YBwk=\"")]
    [InlineData("Received: \"n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\"")]
    [InlineData("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")]
    [InlineData("9b74c9897bac770ffc029102a200c5de")]
    [InlineData("s66mzxpvicwk07gjbjfw9izjfa797vsw")]
    [InlineData("nightly-2023-04-06")]
    [InlineData("--- a/net/bcp38/Makefile")]
    [InlineData("+++ b/lib/Xq3/Ymd2Rk7Zt9/Lm4P")]
    [InlineData("net/bcp38x/Makefile")]
    [InlineData("dGV4dC9wbGFpbiAgdGV4dC9odG1sCnRleHQvdXJpLWxpc3Q=")]
    [InlineData("'zxing-cpp~=3.0.0',")]
    [InlineData("434571BC.8070702@mail.test")]
    [InlineData("AbstractSingletonProxyFactoryBean2Test")]
    public void What_is_an_id_a_digest_or_a_name_stays(string line)
    {
        var redactor = Planted.NewRedactor(personalData: false);
        Assert.Equal(line, redactor.Redact(line, redactor.NewReport()));
    }

    [Fact]
    public void It_is_the_whole_line_or_nothing()
    {
        var planted = new Planted(Seed);
        var redactor = Planted.NewRedactor(personalData: false);
        for (var round = 0; round < Rounds; round++)
        {
            var value = Drawn(planted, 22);
            foreach (var line in new[] { "id {0}", "{0} done", "new_{0}()", "run {0}, then stop", "({0})" })
            {
                var text = string.Format(line, value);
                Assert.Equal(text, redactor.Redact(text, redactor.NewReport()));
            }
        }
    }

    [Fact]
    public void Ids_that_a_client_made_itself_stay()
    {
        var planted = new Planted(Seed);
        var cleanser = new Cleanser(RuleSet.Default, new byte[16]);
        for (var round = 0; round < Rounds; round++)
        {
            var id = Drawn(planted, 22);
            var json =
                $$"""{"developer":{"developer_id":"{{id}}"},"correlation_id":"{{id}}","task_id":"{{id}}","title":"{{id}}"}""";
            var report = cleanser.NewReport();
            var redacted = Encoding.UTF8.GetString(
                cleanser.Document(Encoding.UTF8.GetBytes(json), report).Span
            );
            Assert.Contains(
                $$"""{"developer":{"developer_id":"{{id}}"},"correlation_id":"{{id}}","task_id":"{{id}}",""",
                redacted,
                StringComparison.Ordinal
            );
            Assert.Equal(1, report.Total);
        }
    }

    private static bool IsMissed(Redactor redactor, string text, string secret) =>
        redactor.Redact(text, redactor.NewReport()).Contains(secret, StringComparison.Ordinal);

    private static (string Kind, Func<string> Make)[] Kinds(Planted planted) =>
        [
            ("22 for URLs", () => $"{Drawn(planted, 3)}{planted.Of(Alphanumeric + "-_", 19)}"),
            ("43 for URLs", () => $"{Drawn(planted, 3)}{planted.Of(Alphanumeric + "-_", 40)}"),
            ("22 letters and digits", () => Drawn(planted, 22)),
            ("30 letters and digits", () => Drawn(planted, 30)),
            ("32 letters and digits", () => Drawn(planted, 32)),
            ("41 letters and digits", () => Drawn(planted, 41)),
            ("40 of base64", () => planted.Of(Alphanumeric + "+/", 40)),
            ("43 of base64", () => planted.Of(Alphanumeric + "+/", 43)),
            ("40 small letters and digits", () => planted.Of(Alphanumeric[..26] + "0123456789", 40)),
            ("20 with signs", () => $"{Drawn(planted, 3)}{planted.Of(Alphanumeric + "!@#$%^&*", 15)}!~"),
        ];

    // With a digit, as nearly all are.
    private static string Drawn(Planted planted, int length) =>
        planted.Of(Alphanumeric, length - 1) + planted.Of("0123456789", 1);
}
