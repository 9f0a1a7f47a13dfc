using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>Private keys as programs show them, line by line and in one string. All are made here.</summary>
public sealed class PrivateKeyTests(ITestOutputHelper output)
{
    private const int Seed = 71;
    private const int KeyCharsMin = 16;
    private static readonly PbeParameters Encryption = new(
        PbeEncryptionAlgorithm.Aes256Cbc,
        HashAlgorithmName.SHA256,
        1000
    );

    private static readonly string[] Lines =
    [
        "{0}",
        "    {0}",
        "      {0}\r",
        "> {0}",
        "> > {0}",
        "< {0}",
        "+    {0}",
        "-  {0}",
        "    12\t{0}",
        "  7: {0}",
        "12  {0}",
        "deploy/key.pem:12:{0}",
        "deploy/key.pem-13-{0}",
        "    \"{0}\\n\" +",
        "    + \"{0}\\n\"",
        "  '{0}',",
        "    \"{0}\\n\"",
        "  \"{0}\\n\"));",
        "[\"{0}\"]",
        "# {0}",
        "# 12 | {0}",
        "* {0}",
        "| {0} |",
        "<code>{0}</code>",
        "<span class=\"l\">{0}</span>",
        "\e[32m{0}\e[0m",
        "\e[90m  12\e[0m \e[32m{0}\e[0m",
        "[5.1042, \"o\", \"{0}\\r\\n\"]",
    ];

    // The end of a key is not told from an id here.
    private static readonly string[] LogLines =
    [
        "2026-11-28T10:00:00.120Z {0}",
        "2026-11-28T10:00:00Z INFO  [worker] {0}",
        "Nov 28 10:00:00 host9 app[81]: {0}",
        "[2026-11-28 10:00:00,120] DEBUG {0}",
    ];

    [Theory]
    [InlineData("AwQFBg==")]
    [InlineData("AQIDBA==")]
    [InlineData("NAECAw==")]
    [InlineData("MDA1AQ==")]
    [InlineData("MDAwMDgBAgMEBQYH")]
    [InlineData("ZXBsb3lAY2kBAgM")]
    [InlineData("bDA1AQI=")]
    [InlineData("cGVyc29uQGJveAECAwQ=")]
    public void The_last_line_of_a_key_of_OpenSSH_is_known_by_what_fills_it(string line)
    {
        if (line.Length % 4 != 0)
            line += new string('=', 4 - (line.Length % 4));
        var redactor = Planted.NewRedactor();
        foreach (
            var form in (string[])["{0}", "    {0}", "+{0}", "2025-02-20T21:59:54.1Z {0}", "web_1  | {0}"]
        )
            Assert.DoesNotContain(line, redactor.Redact(string.Format(form, line), redactor.NewReport()));
    }

    [Fact]
    public void Containers_print_keys_behind_their_name()
    {
        var redactor = Planted.NewRedactor();
        var ends = Enumerable
            .Range(0, 20_000)
            .Select(i => Convert.ToBase64String(Bytes(10 + (i % 12 * 3) + (i % 2))))
            .ToList();
        var misses = ends.FindAll(line =>
            redactor.Redact($"web_1  | {line}", redactor.NewReport()).Contains(line, StringComparison.Ordinal)
        );
        Assert.True(misses.Count * 100 <= ends.Count, string.Join(Environment.NewLine, misses));
        const string path = "web_1  | config/settings/production";
        Assert.Equal(path, redactor.Redact(path, redactor.NewReport()));
    }

    [Fact]
    public void Of_the_lines_of_a_key_99_of_100_are_replaced_in_whatever_shows_them()
    {
        var redactor = Planted.NewRedactor();
        var (total, misses) = (0, new List<string>());
        foreach (var key in Keys())
        foreach (var line in key.Split('\n').Where(IsBody))
        foreach (var form in line.Length < 64 ? Lines : Lines.Concat(LogLines))
        {
            var text = string.Format(form, line);
            var redacted = redactor.Redact(text, redactor.NewReport());
            total++;
            if (redacted.Contains(line.Trim('='), StringComparison.Ordinal))
                misses.Add(text);
            Assert.Equal(redacted, redactor.Redact(redacted, redactor.NewReport()));
        }
        output.WriteLine($"seed {Seed}: {total} lines, {misses.Count} missed");
        misses.ForEach(output.WriteLine);
        Assert.True(misses.Count * 100 <= total, string.Join('\n', misses.Take(20)));
    }

    [Fact]
    public void Whole_lines_that_hold_words_by_chance_are_replaced_too()
    {
        const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var planted = new Planted(Seed);
        var redactor = Planted.NewRedactor();
        var key = string.Join('\n', Enumerable.Range(0, 20_000).Select(_ => planted.Of(Base64, 64)));
        var redacted = redactor.Redact(key, redactor.NewReport());
        Assert.All(
            redacted.Split('\n'),
            line => Assert.StartsWith("REDACTED_pem_line_", line.TrimStart('+'), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Of_keys_in_one_string_no_line_is_left()
    {
        var redactor = Planted.NewRedactor();
        foreach (var key in Keys())
        {
            var once = JsonSerializer.Serialize(key);
            var twice = JsonSerializer.Serialize("{\"file\":" + once + "}");
            foreach (var text in (string[])[$"{{\"key\":{once}}}", $"{{\"out\":{twice},\"exit\":0}}"])
            {
                var redacted = redactor.Redact(text, redactor.NewReport());
                foreach (var line in key.Split('\n').Where(line => IsBody(line) && line.Length > 40))
                    Assert.DoesNotContain(
                        JsonEncodedText.Encode(line).ToString(),
                        redacted,
                        StringComparison.Ordinal
                    );
                Assert.Equal(redacted, redactor.Redact(redacted, redactor.NewReport()));
            }
        }
    }

    [Fact]
    public void A_key_or_a_store_of_keys_without_markers_is_replaced()
    {
        var redactor = Planted.NewRedactor();
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] store = [0x30, 0x82, 0x09, 0x51, 0x02, 0x01, 0x03, 0x30, 0x82, .. Bytes(600)];
        foreach (
            var der in (byte[][])
                [
                    rsa.ExportRSAPrivateKey(),
                    rsa.ExportPkcs8PrivateKey(),
                    rsa.ExportEncryptedPkcs8PrivateKey("pw", Encryption),
                    ec.ExportPkcs8PrivateKey(),
                    ec.ExportECPrivateKey(),
                    store,
                ]
        )
        foreach (var form in (string[])["store: {0}", "data \"{0}\" saved", "<v>{0}</v>", "echo {0} | x"])
        {
            var value = Convert.ToBase64String(der);
            var redacted = redactor.Redact(string.Format(form, value), redactor.NewReport());
            Assert.DoesNotContain(value[..60], redacted, StringComparison.Ordinal);
            Assert.DoesNotContain(value[^30..], redacted, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("  <script src=x integrity=\"sha384-{64}\">")]
    [InlineData("    \"sha384\": \"{64}\"")]
    [InlineData("2026-11-28T10:00:00Z INFO store: digest {44}")]
    [InlineData("2026-11-28T10:00:00Z INFO worker: {43}=")]
    [InlineData("Nov 28 10:00:00 host9 app[81]: {24}")]
    [InlineData("2026-11-28 10:00:00 session {24}")]
    [InlineData("h1:{43}=")]
    public void What_only_looks_like_a_line_of_a_key_stays(string form)
    {
        var planted = new Planted(Seed);
        var redactor = Planted.NewRedactor(personalData: false);
        for (var i = 0; i < 50; i++)
        {
            var line = form;
            foreach (var length in (int[])[24, 43, 44, 64])
                line = line.Replace($"{{{length}}}", planted.Alphanumeric(length));
            Assert.Equal(line, redactor.Redact(line, redactor.NewReport()));
        }
    }

    [Theory]
    [InlineData("} xDRI2GetParamReq;")]
    [InlineData("  12  Ed25519PrivateKey")]
    [InlineData("src/a.ts:14:XMLHttpRequest20")]
    [InlineData("    | X448PrivateKey1 |")]
    [InlineData("<")]
    [InlineData("<: X25519PrivateKey")]
    public void Names_that_stand_where_such_a_line_does_stay(string line)
    {
        var redactor = Planted.NewRedactor(personalData: false);
        Assert.Equal(line, redactor.Redact(line, redactor.NewReport()));
    }

    // A plus that begins a line may be that of a diff.
    private static bool IsBody(string line) =>
        line.Length >= KeyCharsMin && line[0] is not ('-' or '+') && !line.Contains(':');

    private static IEnumerable<string> Keys()
    {
        for (var i = 0; i < 2; i++)
        {
            using var rsa = RSA.Create(2048);
            using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
            yield return rsa.ExportRSAPrivateKeyPem();
            yield return rsa.ExportPkcs8PrivateKeyPem();
            yield return rsa.ExportEncryptedPkcs8PrivateKeyPem("pw", Encryption);
            yield return ec.ExportECPrivateKeyPem();
        }
        yield return OpenSsh("ssh-ed25519", 190);
        yield return OpenSsh("ssh-rsa", 1700);
        yield return "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPrivate-Lines: 14\n"
            + Wrapped(Bytes(660), 64)
            + "\nPrivate-MAC: "
            + Convert.ToHexStringLower(Bytes(32));
    }

    // The start of the format, with random bytes for the numbers.
    private static string OpenSsh(string kind, int bytes)
    {
        byte[] head =
        [
            .. "openssh-key-v1\0"u8,
            .. Field("none"),
            .. Field("none"),
            .. Field(""),
            0,
            0,
            0,
            1,
            .. Field(kind),
        ];
        var body = Wrapped([.. head, .. Bytes(bytes)], 70);
        return $"-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----";
    }

    private static byte[] Field(string text) =>
        [0, 0, 0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Bytes(int count) => RandomNumberGenerator.GetBytes(count);

    private static string Wrapped(byte[] bytes, int width) =>
        string.Join('\n', Convert.ToBase64String(bytes).Chunk(width).Select(line => new string(line)));
}
