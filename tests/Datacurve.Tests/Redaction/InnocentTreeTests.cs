using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>Lines of public trees that were once changed, with what is to be found beside them.</summary>
public sealed class InnocentTreeTests
{
    private readonly Planted _planted = new(seed: 53);
    private readonly Redactor _redactor = Planted.NewRedactor();

    [Theory]
    [InlineData("'New password for the user \"%s\"' => 'Новий пароль користувача \"%s\"',")]
    [InlineData("overlayFilters.Add(\"overlay=eof_action=pass:repeatlast=0\");")]
    [InlineData("    var FirstPass = \"vpp_rkrga=format=bgra:afbc=1\";")]
    [InlineData(
        "INSERT INTO cache_entries (cache_key, etag) VALUES ('a:807', '32b9ff14240725607ef7c00579b11036');"
    )]
    [InlineData("import Sun from '~icons/bi/brightness-high'")]
    [InlineData("const x = import('~icons/bi/brightness-high')")]
    [InlineData("@import \"~antd/lib/style/core/index\";")]
    [InlineData("    [HttpPost(\"/Users/AuthenticateByName\")]")]
    [InlineData("PWD=self.configuration[\"http_password\"],")]
    [InlineData("\tAudioOutputToken m_activeAudioCue;")]
    [InlineData("- Fix: Connection would fail if username or password contained special characters.")]
    [InlineData("<translation>Password del file PKCS#12</translation>")]
    [InlineData("<translation>Пароль для файлу PKCS#12</translation>")]
    [InlineData(
        "<translation>&lt;b&gt;Heslo&lt;/b&gt;&lt;br /&gt;Toto pole zm\u011bn\u00ed heslo kan\u00e1lu.</translation>"
    )]
    [InlineData("<translation>Salasana PKCS#12-tiedostoon</translation>")]
    [InlineData("<translation>Zde zadejte heslo kan\u00e1lu.</translation>")]
    [InlineData("|AES/CBC/PKCS5Padding")]
    [InlineData("sun/nio/ch/SelChImpl")]
    [InlineData("  Sun/Nov/6/94/GMT")]
    [InlineData("        xmlSecKeyDataFormatPkcs8Pem,")]
    [InlineData("                                      Curl_sha512_256_init,")]
    [InlineData("Hexagon_custom_v16i32v64i1_v16i32v16i32v64i1_Intrinsic;")]
    [InlineData("--_000_AM0PR09MB277052D243401DC2ED6D32A4B27C0AM0PR09MB2770eurp_")]
    [InlineData("--b1_36vJ0othnfTXaORBxaEJ0SSAbiBntoFOD5KafD1HeA--")]
    [InlineData("    7dH3Hwh+ASk68ecgvy/QAAAAAElFTkSuQmCC")]
    [InlineData("    \"sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjA\"")]
    [InlineData("    systemctl --no-ask-password daemon-reload")]
    [InlineData("            secret: urn:k8s:secret:name:key1")]
    [InlineData(
        "[![x](https://codecov.io/gh/a/b/branch/main/graph/badge.svg?token=w6s3ODtULz)](https://x.io)"
    )]
    [InlineData("[![x](https://img.shields.io/codecov/c/gh/a/b?token=ROZ2RVA0OF)](https://x.io)")]
    [InlineData("or specify user and password separately like in")]
    [InlineData("'This QR code contains the key URI: ' => '此二维码包含密码 URI:',")]
    [InlineData("'success_login' => 'увійти, використовуючи встановлений пароль для доступу :appNam!',")]
    [InlineData("혹시 &lt;a&gt;&lt;a&gt;비밀번호를 잊으셨나요&lt;/a&gt;&lt;/a&gt;?</string>")]
    [InlineData("    if CurToken = tkLeftSquareBracket then")]
    [InlineData("R0lGODlhDAAMAIQAAP//9/X17unp5WZmZgAAAOfn515eXvPz7Y6OjuDg4J+fn5")]
    [InlineData("gAEAOg13B6R/SAgAAAAASUVORK5CYII=")]
    [InlineData("AgjoEwnuNAFOhpEMTRiggcz4BNJHrv/zCFcLiwMWYNG84BwwEeECcgggoBADs=")]
    public void Stay(string line) => Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));

    [Theory]
    [InlineData("eof_action=pass;pass={0}")]
    [InlineData("    var ftpPass = \"{0}\";")]
    [InlineData("INSERT INTO accounts (api_key, etag) VALUES ('{0}', 1);")]
    [InlineData("PWD={0}")]
    [InlineData("<translation>x</translation> DB_PASSWORD={0}")]
    [InlineData("SmtpPassword {0};")]
    public void And_a_password_in_their_place_goes(string line)
    {
        var secret = _planted.Password();
        Assert.DoesNotContain(
            secret,
            _redactor.Redact(string.Format(line, secret), _redactor.NewReport()),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_key_of_an_emulator_that_all_have_stays()
    {
        var line =
            "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1"
            + "OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;";
        Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));
    }
}
