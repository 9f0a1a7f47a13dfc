using System.Text.Json;
using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>What a line itself says is no secret.</summary>
public sealed class FixtureMarkTests
{
    private readonly Planted _planted = new(seed: 43);
    private readonly Redactor _redactor = Planted.NewRedactor(personalData: false);

    [Theory]
    [InlineData("token = \"{0}\"  # gitleaks:allow")]
    [InlineData("+    token: '{0}', // gitleaks:allow")]
    [InlineData("API_KEY = \"{0}\"  # pragma: allowlist secret")]
    [InlineData("x = {{\"api_key\": \"{0}\", \"user\": \"ada\"}}  # gitleaks:allow")]
    [InlineData("<add key=\"ApiKey\" value=\"{0}\"/> <!-- pragma: whitelist secret -->")]
    public void The_mark_of_a_scanner_holds_for_every_secret(string line)
    {
        Stays(string.Format(line, _planted.Alphanumeric(40)));
        Stays(string.Format(line, _planted.GitHubToken()));
        Stays(string.Format(line, "sk_" + "live_" + _planted.Alphanumeric(24)));
    }

    [Theory]
    [InlineData("SECRET = \"{0}\"  # nosec - fake secret for unit tests")]
    [InlineData("password: \"{0}\" # dummy value, not a real password")]
    [InlineData("String apiKey = \"{0}\"; // mock")]
    [InlineData("API_KEY={0} # test fixture")]
    [InlineData("api_key: {0} # not a real key")]
    [InlineData("FAKE_API_KEY = \"{0}\"")]
    [InlineData("const mockAccessToken = \"{0}\";")]
    [InlineData("const accessTokenMock: string = '{0}';")]
    [InlineData("  \"example_api_key\": \"{0}\",")]
    [InlineData("export DUMMY_PASSWORD={0}")]
    [InlineData("{{\"sampleToken\":\"{0}\"}}")]
    [InlineData("TEST_SECRET_KEY = \"test-{0}\"")]
    [InlineData("accessToken = \"mock_{0}\"")]
    [InlineData("DB_PASSWORD=fake-{0}")]
    public void A_comment_a_name_or_a_value_holds_for_what_has_no_form_of_its_own(string line)
    {
        Stays(string.Format(line, _planted.Alphanumeric(24)));
        Goes(line, _planted.GitHubToken());
        Goes(line, "sk_" + "live_" + _planted.Alphanumeric(24));
    }

    [Theory]
    [InlineData("API_KEY = \"{0}\"  # no dummy, the real one")]
    [InlineData("API_KEY = \"{0}\"  # not a fake")]
    [InlineData("API_KEY = \"{0}\"  # mockery")]
    [InlineData("API_KEY = \"{0}\"  # nosec")]
    [InlineData("FAKERY_API_KEY = \"{0}\"")]
    [InlineData("MOCKINGBIRD_TOKEN={0}")]
    [InlineData("resample_api_key = \"{0}\"")]
    [InlineData("API_KEY = \"fakery{0}\"")]
    [InlineData("# gitleaks:allowed is no mark\nAPI_KEY = \"{0}\"")]
    [InlineData("# pragma: allowlist nextline secret\nAPI_KEY = \"{0}\"")]
    [InlineData("# test fixture, not a real key\nAPI_KEY = \"{0}\"")]
    [InlineData("fake = load(); token = \"{0}\"")]
    [InlineData("./serve --token {0} --mock")]
    [InlineData("export API_TOKEN={0} ; ./mock.sh")]
    [InlineData("{{\"api_token\":\"{0}\",\"note\":\"# mock of issue 5\"}}")]
    [InlineData("{{\"api_token\":\"{0}\",\"note\":\"x # gitleaks:allow\"}}")]
    [InlineData("{{\"out\":\"x # gitleaks:allow\",\"api_token\":\"{0}\"}}")]
    [InlineData("{{\"cmd\":\"API_TOKEN={0}\",\"out\":\"# gitleaks:allow\"}}")]
    public void Nothing_else_is_a_mark(string text) => Goes(text, _planted.Alphanumeric(32));

    [Fact]
    public void A_mark_holds_for_its_line_alone_also_within_a_string()
    {
        var (real, other) = (_planted.GitHubToken(), _planted.GitHubToken());
        var text = $"A={real}\nB = \"{other}\"  # gitleaks:allow\nC={real}\n";
        var redacted = _redactor.Redact(JsonSerializer.Serialize(new { text }), _redactor.NewReport());
        Assert.DoesNotContain(real, redacted, StringComparison.Ordinal);
        Assert.Contains(other, redacted, StringComparison.Ordinal);
    }

    [Fact]
    public void Personal_data_and_known_values_are_replaced_on_a_marked_line_too()
    {
        var known = _planted.Alphanumeric(16);
        var redactor = new Redactor(
            RuleSet.Default,
            new byte[32],
            new RedactionOptions { KnownValues = [new KnownValue(KnownKind.Secret, known)] }
        );
        var redacted = redactor.Redact(
            $"token = \"{known}\" # gitleaks:allow, says ada@lovelace.name",
            redactor.NewReport()
        );
        Assert.DoesNotContain(known, redacted, StringComparison.Ordinal);
        Assert.DoesNotContain("lovelace", redacted, StringComparison.Ordinal);
    }

    private void Stays(string line) => Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));

    private void Goes(string line, string secret) =>
        Assert.DoesNotContain(
            secret,
            _redactor.Redact(string.Format(line, secret), _redactor.NewReport()),
            StringComparison.Ordinal
        );
}
