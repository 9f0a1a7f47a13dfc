using System.Security.Cryptography;
using System.Text;
using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>Lines of base64 that are no key's, and the keys that stand beside them.</summary>
public sealed class InnocentBase64Tests
{
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private readonly Planted _planted = new(seed: 59);
    private readonly Redactor _redactor = Planted.NewRedactor(personalData: false);

    [Theory]
    [InlineData("{0}")]
    [InlineData("+{0}")]
    [InlineData("    {0}\\")]
    [InlineData("    '{0}',")]
    [InlineData("    \"{0}\" +")]
    public void Lines_longer_than_those_of_keys_stay(string form)
    {
        for (var length = 74; length <= 80; length++)
        for (var i = 0; i < 20; i++)
            Stays(string.Format(form, "x" + _planted.Of(Base64, length - 1)));
    }

    [Theory]
    [InlineData("text data in attachment")]
    [InlineData("foo, bar\r\nand gna")]
    [InlineData("foo\r\nbar\r\ngna")]
    [InlineData("this is some more test text.")]
    [InlineData("Hello from a cloud's platform")]
    public void A_line_that_holds_text_stays(string text)
    {
        var line = Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
        foreach (var form in (string[])["{0}", "    {0}", "+{0}", "\"{0}\\r\\n\" +"])
            Stays(string.Format(form, line));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(32)]
    public void A_digest_in_a_list_stays(int bytes)
    {
        for (var i = 0; i < 100; i++)
            foreach (var form in (string[])["    \"{0}\",", "  '{0}'", "<pin>{0}</pin>"])
                Stays(string.Format(form, Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes))));
    }

    [Fact]
    public void The_first_line_of_a_public_key_stays_and_that_of_the_private_one_goes()
    {
        foreach (var bits in (int[])[1024, 2048, 3072, 4096])
        {
            using var rsa = RSA.Create(bits);
            Stays(FirstLine(rsa.ExportSubjectPublicKeyInfoPem()));
            Goes(FirstLine(rsa.ExportPkcs8PrivateKeyPem()));
            Goes(FirstLine(rsa.ExportRSAPrivateKeyPem()));
        }
        foreach (
            var curve in (ECCurve[])
                [ECCurve.NamedCurves.nistP256, ECCurve.NamedCurves.nistP384, ECCurve.NamedCurves.nistP521]
        )
        {
            using var ec = ECDsa.Create(curve);
            Stays(FirstLine(ec.ExportSubjectPublicKeyInfoPem()));
            Goes(FirstLine(ec.ExportPkcs8PrivateKeyPem()));
            Goes(FirstLine(ec.ExportECPrivateKeyPem()));
        }
    }

    private static string FirstLine(string pem) => pem.Split('\n')[1];

    private void Goes(string line) =>
        Assert.DoesNotContain(line, _redactor.Redact(line, _redactor.NewReport()), StringComparison.Ordinal);

    private void Stays(string line) => Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));
}
