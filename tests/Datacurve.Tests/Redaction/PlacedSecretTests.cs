using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>Secrets that are known by where they stand: in forms, calls, diffs, cells, comments.</summary>
public sealed class PlacedSecretTests
{
    private const string Base64 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
    private readonly Planted _planted = new(seed: 53);
    private readonly Redactor _redactor = Planted.NewRedactor(personalData: false);

    public static TheoryData<string, string> Places =>
        new()
        {
            { "(setenv \"BILLING_API_KEY\" \"{0}\")", "hex" },
            { "$1 = {{port = 9298, billing_password = 0x55e2876b119b \"{0}\", ready = 0}}", "chosen" },
            { "$ echo {0} > .vault_pass && ansible-playbook site.yml", "chosen" },
            { "$ gh secret set BILLING_TOKEN -R acme/shop --body '{0}'", "sha" },
            { "    password: \"{{{{ '{0}' | password_hash('sha512') }}}}\"", "chosen" },
            { "payload=%7B%22billing_api_key%22%3A%20%22{0}%22%7D", "hex" },
            { "q=%7B%22secret_key%22%3A+%22{0}%22%2C%22n%22%3A1%7D", "drawn" },
            { "    .billing_api_key(String::from(\"{0}\"))", "uuid" },
            { " billing_token: [-old1-]{{+{0}+}}", "sha" },
            { "-  BILLING_TOKEN=[-{0}-]{{+none+}}", "drawn" },
            { "  <property name=\"billing.api.key.live\" value=\"{0}\"/>", "hex" },
            { "billing.db.password.old={0}", "chosen" },
            { "REDIS_AUTH={0}", "chosen" },
            { "  redisAuth := \"{0}\"", "chosen" },
            { "  redis-auth: \"{0}\"", "chosen" },
            { "GMAIL_APP_PASSWORD={0}", "groups" },
            { "                \"SMTP_PASSWORD={0}\",", "groups" },
            { "smtp_password = {0}", "groups" },
            { "OCI_AUTH_TOKEN={0}", "bracket" },
            { "    \"oci_auth_token\": \"{0}\",", "bracket" },
            { "/* billing_token {0} */", "uuid" },
            { "  // billing_api_key {0}", "hex" },
            { "ERROR: could not sign in, billing client secret 2 {0} was rejected", "hex" },
            { "[10:51] jsmith: billing api key 2 -> {0}", "sha" },
            { "    expected billingToken to equal \"{0}\"", "hex" },
            { "Paste your Storage Key here: {0}", "account" },
            { "Enter Cosmos Key: {0}", "account" },
            { "  \"cosmos\": {{\"url\": \"https://db.acme-freight.net\", \"key\": \"{0}\"}},", "account" },
            { "the vault unseal key is {0}", "drawn" },
            { "<tr><td>Billing Api Token</td><td>{0}</td></tr>", "hex" },
            { "could not sign in, db pass '{0}' was rejected (401)", "chosen" },
            { "user admin, pw {0}", "said" },
            { "Paste your Redis Password here: {0}", "said" },
            { "$ printf %s \"{0}\" | gcloud secrets create billing --data-file=-", "chosen" },
            { "echo -n {0} | docker secret create billing -", "drawn" },
            { "$pw = ConvertTo-SecureString \"{0}\" -AsPlainText -Force", "chosen" },
            { "17,BILLING_PASSWORD,{0},2025-02-17T08:44:36", "groups" },
            { "{{\"role\": \"tool\", \"content\": \"$ echo $BILLING_KEY\\n{0}\\n$ \"}}", "hex" },
            { "{{\"content\": \"env:\\n  - name: BILLING_TOKEN\\n    value: {0}\\n\"}}", "uuid" },
            { "          value: {0}", "hex" },
            { "+    \"value\": \"{0}\",", "sha" },
            { "    <string>{0}</string>", "hex" },
            { "  <td><code>{0}</code></td>", "alone" },
            { "    '{0}' \\", "alone" },
            { "        \"{0}\");", "alone" },
            { "  {0}", "lower" },
            { "export db_pass={0}", "chosen" },
            { "export user_password={0}", "words" },
            { "jdbc:mysql://db-1.acme-freight.net/shop?user=app&password={0}.&useSSL=true", "chosen" },
            { "const loginPw = \"{0}\"", "said" },
            { "#define login_pw \"{0}\"", "said" },
            { "cosmos.key = {0}", "account" },
            { "2026-11-30T10:11:12 web | {0}", "end" },
            { "app-1  | {0}", "end" },
            { "`{0}`", "account" },
            { "chartdog_key: \"{0}\"", "alone" },
            { "bitfoxKey := \"{0}\"", "alone" },
            { "  \"mailcat_key\": \"{0}\",", "alone" },
            { "[DEBUG] Using Key={0}", "alone" },
            { "stackfox token = '{0}' | '{0}'", "drawn" },
            { "+ curl -u app:{0} # the app's password is {0}", "drawn" },
            { "private_key_base64 = \"{0}\"", "account" },
            { "bank secret - '{0}'", "hex" },
            { "db password - '{0}'", "chosen" },
            { "api key - {0}", "hex" },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void Are_found(string line, string kind) => Planted.AssertGone(_redactor, line, () => Make(kind));

    [Theory]
    [InlineData("DB_PASSWORD=;API_TOKEN=")]
    [InlineData("client_secret=&access_token=")]
    public void An_empty_value_takes_nothing_that_is_behind_it(string names)
    {
        var secret = Make("drawn");

        var redacted = _redactor.Redact(names + secret, _redactor.NewReport());

        Assert.StartsWith(names, redacted, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, redacted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the password this will only work once")]
    [InlineData("    image: ghcr.io/worker/puma-secret:sha-4ba4ca7")]
    [InlineData("image: registry.acme.net/cobra-token:v6.22.10@sha256:b36e04")]
    [InlineData("syn-password==10.24.1-beta.3 \\")]
    [InlineData("password: this will only work")]
    [InlineData("secret = items[0].toString2Hex(x1)")]
    [InlineData("TOKEN_TYPES=(Bearer2 Basic1)")]
    [InlineData("expect(user.password).to.be.a(\"string\")")]
    [InlineData("expected token to equal \"undefined\"")]
    [InlineData("the user api, password and token were rejected")]
    [InlineData("the pass 'optimize-loops' was rejected by the verifier")]
    [InlineData("echo \"$TOKEN\" | gcloud secrets create billing --data-file=-")]
    [InlineData("// token 5 of the stream")]
    [InlineData("// see commit_token 3f786850e387550fdab836ed7e6dc881de23001b for details")]
    [InlineData("          value: 2f1c9c0e-5d0b-4c5e-9a55-0d3f3b7f6a10")]
    [InlineData("          value: 00000000000000000000000000000000")]
    [InlineData("    \"id\": \"9b74c9897bac770ffc029102a200c5de\",")]
    [InlineData("  cache_key: \"5f2d8c1b7a904e3d9c6b1a2f3e4d5c6b\"")]
    [InlineData("if (event.key == \"ArrowLeft\" && sortKey: \"created_at_2024\")")]
    [InlineData("  token - the token that was given, or 'none' - 5")]
    [InlineData("password - at least 12 characters, 2 of them digits")]
    [InlineData("SMTP_PASSWORD=sk_test_...")]
    [InlineData(
        "Cache restored from key: node-Linux-x64-4f02ef14f22b1e441d409b820b20180aaac221465554cec84866829d"
    )]
    [InlineData("  npm_key: Linux-node-f2ba258d5e2cb0a1c8b169c5c1217778d6a512f80588946fc8a51f00c2f5524f")]
    [InlineData("No cache is found for key: v1-deps-q8Zx3Lw0Rt5Yn2Vb7Kc1Mf4Hd9Gs6JpQzXw3Lv0Tt5Y=")]
    [InlineData("1q2w3c4r5s6yzxcvbnmasdfghjklq1w2a3r4k5y6z7x8c9v0b1n2")]
    public void And_what_only_stands_so_stays(string line) =>
        Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));

    private string Make(string kind) =>
        kind switch
        {
            "chosen" => "Panda" + _planted.Of("0123456789", 4) + "_x",
            "said" => "Panda" + _planted.Of("0123456789", 4) + "!",
            "drawn" => _planted.Alphanumeric(19) + "7",
            "alone" => _planted.Alphanumeric(31) + "7",
            "lower" => _planted.Of("abcdefghijklmnopqrstuvwxyz0123456789", 52),
            "hex" => _planted.Hex(32),
            "sha" => _planted.Hex(40),
            "words" => "mango-" + _planted.Of("bdfgklm", 1) + "arbor-fjord",
            // The last line of a key that ends without padding.
            "end" => _planted.Of(Base64, 32) + "h5s8",
            "uuid" =>
                $"{_planted.Hex(8)}-{_planted.Hex(4)}-4{_planted.Hex(3)}-a{_planted.Hex(3)}-{_planted.Hex(12)}",
            "account" => _planted.Of(Base64, 85) + "A==",
            "groups" => string.Join(
                ' ',
                Enumerable.Range(0, 4).Select(_ => _planted.Of("bcdfghjkmnpqrstvwxz", 4))
            ),
            // As one provider draws its tokens, with a bracket among letters and digits.
            _ => $"{_planted.Alphanumeric(8)}7{_planted.Of("()[]<>", 1)}{_planted.Alphanumeric(7)}xQ3",
        };
}
