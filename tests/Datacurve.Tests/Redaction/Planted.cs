using System.Text;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Personal;

namespace Datacurve.Tests.Redaction;

/// <summary>Secrets made at run time, so that none stands in the sources.</summary>
internal sealed class Planted(int seed)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private readonly Random _random = new(seed);

    public static Redactor NewRedactor(bool personalData = true) =>
        new(RuleSet.Default, new byte[32], new RedactionOptions { PersonalData = personalData });

    /// <summary>Asserts that none of twenty secrets stays in a line that has one at <c>{0}</c>.</summary>
    public static void AssertGone(Redactor redactor, string line, Func<string> make)
    {
        for (var i = 0; i < 20; i++)
        {
            var secret = make();
            Assert.DoesNotContain(
                secret,
                redactor.Redact(string.Format(line, secret), redactor.NewReport()),
                StringComparison.Ordinal
            );
        }
    }

    public string Alphanumeric(int length) => Of(Letters + Digits, length);

    public string Hex(int length) => Of("0123456789abcdef", length);

    public string GitHubToken() => "ghp" + "_" + Alphanumeric(36);

    /// <summary>A password with letters of both cases, digits and a sign.</summary>
    public string Password() => Of(Letters, 5) + Of(Digits, 2) + Of("!@^*+", 1) + Of(Letters, 3);

    public string Of(string alphabet, int length)
    {
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++)
            text.Append(alphabet[_random.Next(alphabet.Length)]);
        return text.ToString();
    }
}
