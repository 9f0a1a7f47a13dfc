using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Tests.Redaction;

/// <summary>
/// Passwords as people choose them (words, years, phrases, rows of keys, signs), in every place where one is
/// written, in everything that shows such a line.
/// </summary>
public sealed class PasswordCorpusTests(ITestOutputHelper output)
{
    private const int Seed = 47;
    private static readonly string[] Words =
    [
        "harvest",
        "pebble",
        "lantern",
        "cobalt",
        "marmot",
        "sonata",
        "thistle",
        "walrus",
        "nugget",
        "kiwi",
        "tulip",
        "breeze",
    ];

    private readonly Planted _planted = new(Seed);
    private readonly Random _random = new(Seed);
    private readonly Redactor _redactor = Planted.NewRedactor(personalData: false);

    [Fact]
    public void Of_chosen_passwords_99_of_100_are_found_whatever_shows_the_line()
    {
        var (total, missed) = (0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        foreach (var form in Forms(PasswordForms.Quoted))
        foreach (var password in (string[])[.. Bare(), .. Spaced()])
            Try(form, password);
        foreach (var form in Forms(PasswordForms.Bare))
        foreach (var password in Bare())
            Try(form, password);
        output.WriteLine($"seed {Seed}: {total} planted, {missed.Values.Sum()} missed");
        foreach (var (what, count) in missed)
            output.WriteLine($"missed {count}: {what}");
        Assert.True(missed.Values.Sum() * 100 <= total, string.Join('\n', missed));

        void Try(string form, string password)
        {
            foreach (var wrapping in PasswordForms.Wrappings)
            {
                var line = wrapping(form.Replace("§", password, StringComparison.Ordinal));
                total++;
                if (Redact(line).Contains(password, StringComparison.Ordinal))
                    missed[form] = missed.GetValueOrDefault(form) + 1;
            }
        }
    }

    [Theory]
    [InlineData("fix: replace password § by a variable")]
    [InlineData("the password for staging is §")]
    [InlineData("bob: pw for the dashboard -> §")]
    [InlineData("git commit -m \"use password § until friday\"")]
    [InlineData("passwd on the gateway was changed to §.")]
    [InlineData("> the passphrase of the backup: `§`")]
    public void Four_joined_words_are_a_password_where_someone_says_so(string form)
    {
        for (var i = 0; i < 20; i++)
        {
            var phrase = $"{Word()}-{Word()}-{Word()}-{Word()}";
            Assert.DoesNotContain(phrase, Redact(form.Replace("§", phrase, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("fix password reset-token-expiry-check in the form")]
    [InlineData("the password for staging is read-from-the-vault-only")]
    [InlineData("password: see the-file-in-the-vault")]
    [InlineData("login as user/administrator")]
    [InlineData("log in with email/username instead")]
    [InlineData("basic auth: user:password")]
    [InlineData("const raw = btoa(\"user:password\");")]
    [InlineData("new AuthenticationHeaderValue(\"Bearer\", \"access_token\")")]
    [InlineData("password: \"\" => \"(sensitive value)\"")]
    public void What_only_speaks_of_a_password_stays(string line) => Assert.Equal(line, Redact(line));

    [Fact]
    public void A_quote_within_a_password_does_not_end_it()
    {
        var (start, end) = (_planted.Password(), _planted.Password());
        Assert.DoesNotContain(end, Redact($"password = \"{start}\\\"{end}\""), StringComparison.Ordinal);
        Assert.DoesNotContain(
            end,
            Redact($"{{\"a\": \"password = \\\"{start}\\\\\\\"{end}\\\"\"}}"),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            end,
            Redact($"<password>{start}&lt;{end}</password>"),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(end, Redact($"<x password=\"{start}&quot;{end}\"/>"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_signs_is_one_where_a_framework_draws_it()
    {
        var key = _planted.Of("abcDEF0129#$(%,;!{", 40) + "aB3";
        foreach (
            var form in (string[])["SECRET_KEY = '§'", "define('AUTH_SALT', '§');", "app.secret_key = \"§\""]
        )
            Assert.DoesNotContain(
                key,
                Redact(form.Replace("§", key, StringComparison.Ordinal)),
                StringComparison.Ordinal
            );
    }

    private string Redact(string text) => _redactor.Redact(text, _redactor.NewReport());

    private static IEnumerable<string> Forms(string text) =>
        text.Split('\n').Select(form => form.TrimEnd('\r'));

    private string[] Bare() =>
        [
            Capital(Word()) + _random.Next(1990, 2030) + "!",
            Capital(Word()) + _random.Next(1990, 2030) + "_",
            Capital(Word()) + _random.Next(1990, 2030),
            Word() + _random.Next(1000, 9999),
            $"{Word()}-{Word()}-{Word()}-{Word()}",
            $"{Word()}_{Word()}.{_random.Next(10, 999)}",
            Capital(Word()) + Capital(Word()) + Capital(Word()),
            $"{Capital(Word())}-{Capital(Word())}-{Capital(Word())}",
            $"{Word()}+{Word()}+{Word()}{_random.Next(2, 99)}",
            Capital(Word()).Replace('e', '3').Replace('o', '0') + Word() + "-" + _random.Next(10, 99),
            "qwertz" + "-" + _planted.Of("ABCDEFGHKMNP", 2),
            _planted.Alphanumeric(14) + _random.Next(10),
            _planted.Alphanumeric(5) + "_" + _planted.Alphanumeric(6) + _random.Next(10),
        ];

    private string[] Spaced() =>
        [
            $"{Word()} {Word()} {Word()} {Word()}",
            $"{Capital(Word())} {Word()} {_random.Next(100, 999)}!",
            _planted.Of("abcdefghKLMNPQ", 6) + "%s}" + _planted.Of("ghjk2345", 5) + "]@",
            Word() + Word(),
            $"{Word()}.{Word()}.{Word()}",
            $"{Capital(Word())} {Capital(Word())} {Capital(Word())}",
            $"{Word()}_{Word()}_{Word()}",
            _random.Next(10, 99) + Capital(Word()),
        ];

    private string Word() => Words[_random.Next(Words.Length)];

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
