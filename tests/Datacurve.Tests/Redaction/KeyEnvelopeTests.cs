using System.Text;
using System.Text.Json;

namespace Datacurve.Tests.Redaction;

/// <summary>
/// Whatever a key or certificate lies in is taken as one where it is one string. All are made here.
/// </summary>
public sealed class KeyEnvelopeTests
{
    private const int Seed = 93;

    public static TheoryData<string> Kinds =>
        [
            "PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY",
            "RSA PRIVATE KEY",
            "CERTIFICATE",
            "TRUSTED CERTIFICATE",
            "X509 CERTIFICATE",
            "CERTIFICATE REQUEST",
            "NEW CERTIFICATE REQUEST",
            "X509 CRL",
            "PKCS7",
            "CMS",
        ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_body_in_one_string_is_replaced(string kind)
    {
        var body = Body(64);
        var pem = $"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n";
        foreach (var form in (string[])["{0}", "key: {0}", "{{\"a\":{0},\"b\":1}}", "X={0}"])
        {
            AssertNoneOf(body, string.Format(form, JsonSerializer.Serialize(pem)));
            AssertNoneOf(body, string.Format(form, JsonSerializer.Serialize(JsonSerializer.Serialize(pem))));
        }
        AssertNoneOf(body, pem.Replace('\n', ' '));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_of_it_in_base64_is_replaced(string kind)
    {
        var pem = $"-----BEGIN {kind}-----\n{Body(64)}\n-----END {kind}-----\n";
        AssertEncoded(pem);
    }

    [Fact]
    public void A_private_key_behind_its_certificate_is_replaced_in_base64_too() =>
        AssertEncoded(
            $"-----BEGIN CERTIFICATE-----\n{Body(64)}\n-----END CERTIFICATE-----\n"
                + $"-----BEGIN PRIVATE KEY-----\n{Body(64)}\n-----END PRIVATE KEY-----\n"
        );

    [Theory]
    [InlineData("\nComment: \"rsa-key\"")]
    [InlineData("")]
    public void Keys_of_ssh_com_are_replaced(string header)
    {
        var body = Body(70);
        var key =
            $"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----{header}\n{body}\n"
            + "---- END SSH2 ENCRYPTED PRIVATE KEY ----\n";
        AssertNoneOf(body, JsonSerializer.Serialize(key));
        AssertNoneOf(body, $"{{\"out\":{JsonSerializer.Serialize(JsonSerializer.Serialize(key))}}}");
        AssertNoneOf(body, key);
        AssertEncoded(key);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(64)]
    public void The_check_of_a_key_of_PuTTY_is_replaced(int length)
    {
        var mac = new Planted(Seed).Hex(length);
        var key =
            "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPrivate-Lines: 9\n"
            + $"{Body(64)}\nPrivate-MAC: {mac}\n";
        foreach (var text in (string[])[key, JsonSerializer.Serialize(key), $"+Private-MAC: {mac}"])
            AssertNoneOf(mac, text);
        AssertEncoded(key);
    }

    [Fact]
    public void A_line_of_a_key_of_OpenSSH_that_is_half_zeros_is_replaced()
    {
        var planted = new Planted(Seed);
        for (var i = 0; i < 200; i++)
        {
            var line =
                planted.Alphanumeric(14)
                + "AAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAI"
                + planted.Alphanumeric(15);
            Assert.Equal(70, line.Length);
            AssertNoneOf(line, $"  {line}");
        }
        var key = $"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{planted.Alphanumeric(43)}";
        var redactor = Planted.NewRedactor();
        Assert.Equal(key, redactor.Redact(key, redactor.NewReport()));
    }

    [Fact]
    public void The_last_line_of_a_key_of_OpenSSH_may_be_of_any_length()
    {
        var planted = new Planted(Seed);
        for (var length = 14; length < 30; length++)
            foreach (var form in (string[])["{0}", "  {0}", "    \"{0}\\n\"", "web_1  | {0}"])
            {
                var line = $"9{planted.Alphanumeric(length)}AAAAAAQID";
                AssertNoneOf(line, string.Format(form, line));
            }
    }

    [Fact]
    public void A_public_key_in_base64_stays()
    {
        var text = Encode($"-----BEGIN PUBLIC KEY-----\n{Body(64)}\n-----END PUBLIC KEY-----\n");
        var redactor = Planted.NewRedactor();
        Assert.Equal(text, redactor.Redact(text, redactor.NewReport()));
    }

    private static void AssertEncoded(string file)
    {
        var encoded = Encode(file);
        foreach (var form in (string[])["tls.crt: {0}", "    caBundle: {0}", "x \"{0}\" y", "{0}"])
        {
            var redactor = Planted.NewRedactor();
            var redacted = redactor.Redact(string.Format(form, encoded), redactor.NewReport());
            for (var at = 0; at + 32 <= encoded.Length; at += 32)
                Assert.DoesNotContain(encoded.Substring(at, 32), redacted, StringComparison.Ordinal);
        }
    }

    private static void AssertNoneOf(string body, string text)
    {
        var redactor = Planted.NewRedactor();
        var redacted = redactor.Redact(text, redactor.NewReport());
        foreach (var line in body.Split('\n'))
            Assert.DoesNotContain(line, redacted, StringComparison.Ordinal);
        Assert.Equal(redacted, redactor.Redact(redacted, redactor.NewReport()));
    }

    private static string Encode(string file) => Convert.ToBase64String(Encoding.ASCII.GetBytes(file));

    private static string Body(int width)
    {
        var bytes = new byte[700];
        new Random(Seed).NextBytes(bytes);
        var lines = Convert.ToBase64String(bytes).Chunk(width).Select(line => new string(line));
        return string.Join('\n', lines);
    }
}
