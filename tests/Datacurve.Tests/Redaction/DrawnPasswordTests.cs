using System.Globalization;

namespace Datacurve.Tests.Redaction;

/// <summary>Passwords as browsers, generators and people make them; only their place tells them.</summary>
public sealed class DrawnPasswordTests
{
    private const string Consonants = "bcdfghjkmnpqrstvwxz";
    private static readonly string[] Words =
    [
        "saffron",
        "lantern",
        "gravel",
        "otter",
        "juniper",
        "velvet",
        "cactus",
        "meadow",
        "pickle",
        "thunder",
    ];
    private static readonly string[] Syllables = ["zau", "oukh", "eke", "hia", "mao", "whi", "quo", "bhui"];

    private readonly Planted _planted = new(61);
    private readonly Random _random = new(61);

    [Theory]
    [InlineData("            \"master_password\": \"{0}\",")]
    [InlineData("password = \"{0}\"")]
    [InlineData("xfreerdp /v:files /u:airflow /p:'{0}' /dynamic-resolution")]
    [InlineData("DB_PASSWORD={0}")]
    public void What_a_browser_proposes(string line) =>
        AssertFound(line, () => $"{Group(6)}-{Group(6)}-{char.ToUpperInvariant(Group(1)[0])}{Group(5)}");

    [Theory]
    [InlineData("    options.ClientSecret = \"{0}\";")]
    [InlineData("registration.keycloak.client-secret={0}")]
    [InlineData("client_secret: \"{0}\"")]
    public void What_can_be_spoken(string line) =>
        AssertFound(line, () => $"{Part()}{Part()}{Capital(Part())}{_random.Next(2, 9)}{Part()}");

    [Theory]
    [InlineData("db_password: \"{0}!\"")]
    [InlineData("Password = \"{0} 42\" }};")]
    [InlineData("  administrator_login_password = \"{0} 7\"")]
    [InlineData("psk=\"{0}!\"")]
    public void Words_with_blanks_and_what_ends_them(string line) => AssertFound(line, () => Phrase(' ', 4));

    [Theory]
    [InlineData("docker build --build-arg API_KEY={0} -t reports:dev .")]
    [InlineData("export BILLING_API_KEY={0}")]
    [InlineData("ARG NPM_AUTH_TOKEN={0}")]
    [InlineData("spring.rabbitmq.password={0}")]
    public void Four_joined_words(string line) => AssertFound(line, () => Phrase('-', 4));

    [Theory]
    [InlineData("login for grafana is grafana / password {0}")]
    [InlineData("    seed: default admin password is now \"{0}\"")]
    [InlineData("    fix(ci): hardcode db password {0} until vault is back")]
    [InlineData("wifi password in the Oslo office: {0}")]
    public void What_is_said(string line)
    {
        AssertFound(line, () => $"{Capital(Words[_random.Next(Words.Length)])}{_random.Next(10, 99)}_!");
        AssertFound(line, () => $"{Group(3)}!{_planted.Alphanumeric(5)}{_random.Next(10, 99)}%{Group(4)}");
    }

    [Theory]
    [InlineData("+172,{0},12/27,49.00")]
    [InlineData("418;{0};03/2029;open")]
    public void A_card_before_the_date_until_which_it_is_good(string line)
    {
        foreach (var separator in (string[])["", " ", "-"])
            AssertFound(line, () => string.Join(separator, Card().Chunk(4).Select(part => new string(part))));
    }

    [Theory]
    [InlineData("  clientSecret: \"oauth2ClientSecret\"")]
    [InlineData("  client_secret = \"tokenV2Handler\"")]
    [InlineData("  \"password\": \"Enter it once more, please!\"")]
    [InlineData("  \"password\": \"wrong password given!\"")]
    [InlineData("  password: \"reset-password-submit-button\"")]
    [InlineData("export APP_TOKEN=orders-release-token-name")]
    [InlineData("See the password section in docs/users#reset-password")]
    [InlineData("the password is salted, see issues#104512345")]
    [InlineData("echo \"$TOKEN\" | gh secret set NPM_TOKEN")]
    [InlineData("the password policy: SHA-256 or PBKDF2 with Argon2id-v1.3")]
    [InlineData("password is hashed with BCrypt2Hasher(rounds=12)")]
    [InlineData("Password reset for OAuth2Client is done in AuthController#reset")]
    [InlineData("password for user admin is set by INSTALL_2, see ISO27001:2022")]
    [InlineData("the password of the server: see docs/Release-2024.md")]
    [InlineData("password is wrong/missing: [401]; Error#Unauthorized")]
    [InlineData("send \"Content-Length: 12\\r\"")]
    [InlineData("root:wheel")]
    [InlineData("  var password = Encoding.Latin1.GetString(bytes[(colon + 1)..]);")]
    [InlineData("    root:=objectClassIdentifier;")]
    [InlineData("  szPassword : array[0..(PWLEN + 1)-1] of WCHAR;")]
    [InlineData("<code>[, passphrase: &#x3C;string>]}</code>")]
    [InlineData("7,1234567890123456,12/34/2020,open")]
    [InlineData("[\"mysqladmin\", \"--port\", \"3306\", \"-proot\"]")]
    public void What_only_looks_like_one_stays(string line)
    {
        var redactor = Planted.NewRedactor();
        Assert.Equal(line, redactor.Redact(line, redactor.NewReport()));
    }

    private static void AssertFound(string line, Func<string> draw)
    {
        var redactor = Planted.NewRedactor();
        for (var round = 0; round < 20; round++)
        {
            var secret = draw();
            var text = string.Format(CultureInfo.InvariantCulture, line, secret);
            Assert.DoesNotContain(
                secret,
                redactor.Redact(text, redactor.NewReport()),
                StringComparison.Ordinal
            );
        }
    }

    private string Group(int length) => _planted.Of(Consonants, length);

    private string Part() => Syllables[_random.Next(Syllables.Length)];

    private string Phrase(char joint, int words) =>
        string.Join(joint, Enumerable.Range(0, words).Select(_ => Words[_random.Next(Words.Length)]));

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private string Card()
    {
        var digits = "45" + _planted.Of("0123456789", 13);
        var sum = digits.Select((c, i) => Doubled(c - '0', i % 2 == 0)).Sum();
        return digits + (10 - sum % 10) % 10;
    }

    private static int Doubled(int digit, bool isDoubled) =>
        !isDoubled ? digit
        : digit > 4 ? digit * 2 - 9
        : digit * 2;
}
