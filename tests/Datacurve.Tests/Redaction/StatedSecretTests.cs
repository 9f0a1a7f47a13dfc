using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>Secrets that a setting, a command or an address states in a way of its own.</summary>
public sealed class StatedSecretTests
{
    private readonly Planted _planted = new(seed: 47);
    private readonly Redactor _redactor = Planted.NewRedactor(personalData: false);

    [Theory]
    [InlineData("conn = \"jsmith/{0}@//db-prod-01.acme-freight.net:1521/billing\";", "chosen")]
    [InlineData("  SERVICE_URL: app/{0}@//rabbit01.corp.lan:1521/metrics", "chosen")]
    [InlineData(
        "could not connect: cache01.corp.lan:6380,password={0},ssl=True,abortConnect=False",
        "chosen"
    )]
    [InlineData(
        "<add name=\"x\" connectionString=\"c.acme-freight.net:6380,ssl=True,password={0}\" />",
        "word"
    )]
    [InlineData("    @net use Z: \\\\fs01\\share /user:CORP\\reporting {0}", "word")]
    [InlineData("+ net use Z: \\\\fs01\\share /user:CORP\\nina {0}", "chosen")]
    [InlineData("--parameters ParameterKey=DbPassword,ParameterValue={0}", "chosen")]
    [InlineData("  ParameterKey=StripeApiKey,ParameterValue={0} \\", "drawn")]
    [InlineData("curl -s -H 'PRIVATE-TOKEN: -{0}' https://api.acme-freight.net/v1", "drawn")]
    [InlineData("DEBUG > JOB-TOKEN: -{0}", "drawn")]
    [InlineData(
        "2025-10-14T17:42:25.1Z kubeadm join 10.0.0.5:6443 --token {0} --discovery-token-ca-cert-hash x",
        "join"
    )]
    [InlineData("  azureDevopsPat: '{0}',", "lower")]
    [InlineData("{{\"service\":\"billing\",\"azureDevopsExtPat\":\"{0}\",\"retries\":3}}", "lower")]
    [InlineData("Set `AZURE_DEVOPS_EXT_PAT` to `{0}` and restart.", "lower")]
    [InlineData("azure.openai.key = {0}", "hex")]
    [InlineData("System.setProperty(\"azure.openai.key\", \"{0}\");", "hex")]
    [InlineData("dd.application.key = {0}", "sha")]
    [InlineData("mj.apikey.private = {0}", "hex")]
    [InlineData("Set `SPLUNK_TOKEN` to `{0}` and restart.", "uuid")]
    [InlineData("<meta name=\"splunk-token\" content=\"{0}\">", "uuid")]
    [InlineData("{{\"region\":\"eu-west-1\",\"credentialsKey\":\"{0}\"}}", "uuid")]
    [InlineData("  \"CREDENTIALS_KEY\": \"{0}\",", "uuid")]
    [InlineData("credentials_key = \"{0}\"", "sha")]
    [InlineData("define('SECURE_AUTH_KEY', '{0}');", "salt")]
    [InlineData("+define( 'LOGGED_IN_SALT',   '{0}' );", "salt")]
    public void Are_found(string line, string kind) => Planted.AssertGone(_redactor, line, () => Make(kind));

    [Theory]
    [InlineData("see docs/setup@//host and a/b@//c of the notes")]
    [InlineData("host:6380,password=${REDIS_PASSWORD},ssl=True")]
    [InlineData("net use Z: /delete")]
    [InlineData("ParameterKey=KeyName,ParameterValue=my-key")]
    [InlineData("ParameterKey=InstanceType,ParameterValue=t3.medium2")]
    [InlineData("curl -H 'PRIVATE-TOKEN: --help' x")]
    [InlineData("kubeadm join 10.0.0.5:6443 --token abcdef.example --discovery-token-ca-cert-hash x")]
    [InlineData("azure.openai.key.name = deployment-settings-for-the-team")]
    [InlineData("define('AUTH_KEY', 'put your unique phrase here');")]
    public void And_what_stands_beside_them_stays(string line) =>
        Assert.Equal(line, _redactor.Redact(line, _redactor.NewReport()));

    private string Make(string kind) =>
        kind switch
        {
            "chosen" => "Panda" + _planted.Of("0123456789", 4) + "_x",
            "word" => _planted.Of("aeiou", 1) + "maple" + _planted.Of("bdfgkl", 2) + "falcon",
            "drawn" => _planted.Alphanumeric(19) + "7",
            "join" => $"{_planted.Of("abcdef0123", 6)}.{_planted.Of("abcdefghij0123456789", 16)}",
            "lower" => _planted.Of("abcdefghijklmnopqrstuvwxyz0123456789", 52),
            "hex" => _planted.Hex(32),
            "sha" => _planted.Hex(40),
            "uuid" =>
                $"{_planted.Hex(8)}-{_planted.Hex(4)}-4{_planted.Hex(3)}-a{_planted.Hex(3)}-{_planted.Hex(12)}",
            _ => Salt(),
        };

    // 64 of any signs, blanks among them.
    private string Salt()
    {
        var salt = _planted.Of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!@#$%^&*()-_[]{}<>~`+=,.;:/?|",
            64
        );
        return salt[..20] + " " + salt[21..44] + " " + salt[45..];
    }
}
