using System.Text;
using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>Base64 of text at the end of a line, as in the secrets of Kubernetes.</summary>
public sealed class EncodedTextTests
{
    private const int Seed = 91;
    private readonly Redactor _redactor = Planted.NewRedactor(personalData: false);

    [Theory]
    [InlineData("  DATABASE_URL: {0}", "postgres://app:{0}@db.internal:5432/orders")]
    [InlineData("  queue-url: \"{0}\"", "amqps://worker:{0}@mq.internal/prod")]
    [InlineData("  settings: {0}", "Endpoint=sb://x.example/;SharedAccessKeyName=send;SharedAccessKey={0}")]
    [InlineData("  \"config\": \"{0}\",", "[server]; api_key={0}")]
    [InlineData("+  mail-api-token: {0}", "{0}")]
    [InlineData("{0}", "export MAIL_API_TOKEN={0}")]
    public void What_holds_a_secret_is_replaced_as_a_whole(string line, string text)
    {
        var planted = new Planted(Seed);
        var secret = "k7" + planted.Alphanumeric(30);
        var encoded = Encode(string.Format(null, CompositeFormat.Parse(text), secret));
        var redacted = Redact(string.Format(null, CompositeFormat.Parse(line), encoded));
        Assert.DoesNotContain(encoded, redacted);
        Assert.StartsWith(line[..line.IndexOf('{', StringComparison.Ordinal)], redacted);
        Assert.Equal(redacted, Redact(redacted));
    }

    [Theory]
    [InlineData("the quick brown fox jumps over the lazy dog")]
    [InlineData("{\"page\":2,\"order\":\"name\",\"ids\":[101,102]}")]
    [InlineData("https://docs.example.com/guide/start?lang=en")]
    [InlineData("password: your-password-here")]
    public void What_holds_none_stays(string text)
    {
        var line = $"  cursor: {Encode(text)}";
        Assert.Equal(line, Redact(line));
    }

    private string Redact(string line) => _redactor.Redact(line, _redactor.NewReport());

    private static string Encode(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
