using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

public sealed class RedactorTests
{
    private readonly Planted _planted = new(seed: 20);
    private readonly Redactor _redactor = Planted.NewRedactor();

    [Fact]
    public void The_same_secret_is_the_same_placeholder_wherever_it_stands()
    {
        var token = _planted.GitHubToken();
        var text = Redact(
            $"{token}\n+  export GITHUB_TOKEN={token}\n\"a\\n{token}\\n\"\n$ git clone https://{token}@github.com/a/b\n"
        );
        var placeholders = text.Split('\n')[..4].Select(PlaceholderIn).Distinct().ToList();
        Assert.StartsWith("REDACTED_github_pat_", Assert.Single(placeholders), StringComparison.Ordinal);
        Assert.DoesNotContain(token[10..20], text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_one_placeholder_in_a_url_a_file_and_an_option()
    {
        var password = _planted.Password();
        var text = Redact(
            $"postgres://app:{password}@db/x\nDB_PASSWORD={password}\n\"password\": \"{password}\"\nmysql -p{password}\n"
        );
        Assert.Single(text.Split('\n')[..4].Select(PlaceholderIn).Distinct());
        Assert.DoesNotContain(password, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_gives_another_placeholder()
    {
        var token = _planted.GitHubToken();
        var other = new Redactor(RuleSet.Default, RandomNumberGenerator.GetBytes(32));
        Assert.NotEqual(
            Redact(token),
            Encoding.UTF8.GetString(other.Redact(Encoding.UTF8.GetBytes(token), other.NewReport()))
        );
    }

    [Fact]
    public void One_for_another_key_looks_for_the_same_and_has_that_ones_placeholders()
    {
        var (key, secret) = (RandomNumberGenerator.GetBytes(32), _planted.Password());
        var known = new RedactionOptions { KnownValues = [new KnownValue(KnownKind.Secret, secret)] };
        var text = $"{_planted.GitHubToken()} {secret} ada@lovelace.name";
        var made = new Redactor(RuleSet.Default, RandomNumberGenerator.GetBytes(32), known);
        var expected = new Redactor(RuleSet.Default, key, known).Redact(text, made.NewReport());
        Assert.Equal(expected, made.WithKey(key).Redact(text, made.NewReport()));
        Assert.DoesNotContain(secret, expected, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => made.WithKey(new byte[8]));
    }

    [Fact]
    public void A_key_that_is_too_short_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Redactor(RuleSet.Default, new byte[8]));

    [Fact]
    public void The_report_counts_by_rule_and_names_the_version()
    {
        var report = _redactor.NewReport();
        _redactor.Redact($"{_planted.GitHubToken()} {_planted.GitHubToken()} ada@lovelace.name", report);
        Assert.Equal(RuleSet.Default.Version, report.RuleVersion);
        Assert.Equal(2, report.Counts["github-pat"]);
        Assert.Equal(1, report.Counts["email-address"]);
        Assert.Equal(3, report.Total);
    }

    [Fact]
    public void Redacting_again_changes_nothing()
    {
        var once = Redact(
            $"TOKEN={_planted.GitHubToken()} u:p ada@lovelace.name\npostgres://a:{_planted.Password()}@h.io/x"
        );
        Assert.Equal(once, Redact(once));
    }

    [Fact]
    public void A_rule_that_matches_a_part_of_a_placeholder_lets_redaction_end()
    {
        var once = Redact("TRAVIS_TOKEN=" + _planted.Alphanumeric(18) + "-x_9");
        Assert.Matches("^TRAVIS_TOKEN=REDACTED_[a-z_]+_[0-9a-f]{12}$", once);
        Assert.Equal(once, Redact(once));
    }

    [Theory]
    [InlineData("scp postgres@103.94.185.252 uptime")]
    [InlineData("ssh root@103.94.185.252:/var/x")]
    public void What_ends_within_a_placeholder_is_left_alone(string line)
    {
        var once = Redact(line);
        Assert.Matches("@REDACTED_ip_[0-9a-f]{12}[ :]", once);
        Assert.Equal(once, Redact(once));
    }

    [Fact]
    public void A_line_that_cannot_be_redacted_is_named_by_its_number()
    {
        const string own = "[[rules]]\nid = 'one'\nregex = '''a[^Z]*(Zq)'''\nkeywords = ['endless']";
        var redactor = new Redactor(RuleSet.Parse(own), new byte[32]);
        var chunks = redactor.OpenChunks(new ArrayBufferWriter<byte>(), redactor.NewReport());
        chunks.Write("1\n2\n"u8);
        chunks.Write("3\n4\nendless aZqZqZq"u8);
        var refused = Assert.Throws<RedactionException>(() => chunks.Write("ZqZqZqZqZqZq\n6\n"u8));
        Assert.Equal(5, refused.Line);
    }

    [Fact]
    public void A_secret_with_colours_between_its_characters_is_found_and_the_colours_stay()
    {
        var token = _planted.GitHubToken();
        var coloured = string.Concat(token.Select((c, i) => i % 5 == 2 ? "\e[1;31m" + c : c.ToString()));
        var text = Redact($"a {coloured}\e[0m b");
        Assert.Equal(PlaceholderIn(Redact(token)), PlaceholderIn(text));
        Assert.EndsWith("\e[0m b", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("iso-8859-1")]
    public void Secrets_in_other_encodings_are_found_and_the_encoding_stays(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var token = _planted.GitHubToken();
        var redacted = _redactor.Redact(
            encoding.GetBytes($"naïve = 1\r\ntoken: {token}\r\nüber\r\n"),
            _redactor.NewReport()
        );
        Assert.Equal(
            $"naïve = 1\r\ntoken: {PlaceholderIn(Redact(token))}\r\nüber\r\n",
            encoding.GetString(redacted)
        );
    }

    [Fact]
    public void Bytes_that_are_no_text_come_back_as_they_were()
    {
        var bytes = new byte[100_000];
        new Random(7).NextBytes(bytes);
        var token = Encoding.ASCII.GetBytes($"\n {_planted.GitHubToken()} \n");
        var redacted = _redactor.Redact([.. bytes, .. token, .. bytes], _redactor.NewReport());
        Assert.True(redacted.AsSpan().StartsWith(bytes));
        Assert.True(redacted.AsSpan().EndsWith(bytes));
        Assert.Equal(-1, redacted.AsSpan().IndexOf(token.AsSpan(2, 40)));
    }

    [Fact]
    public void Chunks_give_what_the_whole_gives_wherever_they_are_cut()
    {
        var line =
            $"key {_planted.GitHubToken()} and {_planted.Password()} DB_PASSWORD={_planted.Password()}";
        var whole = Encoding.UTF8.GetBytes(
            $"{line}\n{new string('x', 40_000)} {line}, {line}{new string('y', 20_000)}\n   {line}"
        );
        var expected = _redactor.Redact(whole, _redactor.NewReport());
        var random = new Random(3);
        for (var run = 0; run < 40; run++)
        {
            var output = new ArrayBufferWriter<byte>();
            var report = _redactor.NewReport();
            var chunks = _redactor.OpenChunks(output, report);
            for (var at = 0; at < whole.Length; )
            {
                var length = Math.Min(whole.Length - at, 1 + random.Next(run < 20 ? 50 : 9000));
                chunks.Write(whole.AsSpan(at, length));
                at += length;
            }
            chunks.Complete();
            Assert.Equal(expected, output.WrittenSpan.ToArray());
        }
    }

    [Theory]
    [InlineData("ab:")]
    [InlineData("/ab")]
    [InlineData("a|b")]
    [InlineData("%2Fab")]
    public void A_token_is_not_cut_in_two_where_a_long_line_is(string filling)
    {
        const int looked = 16 << 10;
        var token = _planted.GitHubToken();
        var filled = string.Concat(Enumerable.Repeat(filling, looked));
        for (var before = looked - token.Length - 2; before <= looked; before++)
        {
            var redacted = Redact($"{filled[..before]}:{token}:{filled}");
            Assert.DoesNotContain(token[5..15], redacted, StringComparison.Ordinal);
            Assert.DoesNotContain(token[^10..], redacted, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void In_json_strings_are_redacted_as_they_read_and_all_else_keeps_its_bytes()
    {
        var token = _planted.GitHubToken();
        var password = _planted.Password();
        var escaped = string.Concat(token.Select(c => $"\\u{(int)c:x4}"));
        var json =
            $$"""{ "n": 1e1131071, "note":"caf\u00e9", "a":["{{escaped}}"], "password" : {{JsonSerializer.Serialize(password)}} }""";
        var redacted = Encoding.UTF8.GetString(
            _redactor.RedactJson(Encoding.UTF8.GetBytes(json), _redactor.NewReport())
        );
        Assert.StartsWith(
            """{ "n": 1e1131071, "note":"caf\u00e9", "a":["REDACTED_github_pat_""",
            redacted,
            StringComparison.Ordinal
        );
        Assert.Contains("""], "password" : "REDACTED_secret_""", redacted, StringComparison.Ordinal);
        Assert.Throws<RedactionException>(() => _redactor.RedactJson("{ no json"u8, _redactor.NewReport()));
    }

    [Fact]
    public void Values_that_are_known_are_replaced_wherever_they_stand()
    {
        var secret = _planted.Of("abcdefgh ", 20).Trim();
        var options = new RedactionOptions
        {
            KnownValues =
            [
                new(KnownKind.Secret, secret),
                new(KnownKind.User, "grace"),
                new(KnownKind.Host, "Pluto-7"),
            ],
        };
        var redactor = new Redactor(RuleSet.Default, new byte[16], options);
        var text = redactor.Redact($"a{secret}b graceful grace at Pluto-7.", redactor.NewReport());
        Assert.Matches(
            "^aREDACTED_secret_[0-9a-f]{12}b graceful REDACTED_user_[0-9a-f]{12} at REDACTED_host_[0-9a-f]{12}\\.$",
            text
        );
    }

    [Fact]
    public void Personal_data_is_a_class_of_its_own()
    {
        const string Text = "mail ada@lovelace.name from 83.12.44.201, +49 30 901820110, /home/ada/x";
        var without = Planted.NewRedactor(personalData: false);
        Assert.Equal(Text, without.Redact(Text, without.NewReport()));
        Assert.Equal(4, Redact(Text).Split("REDACTED_").Length - 1);
    }

    [Theory]
    [InlineData("commit 4f2c1d7e9b8a7c6d5e4f3a2b1c0d9e8f7a6b5c4d")]
    [InlineData(
        "\"integrity\": \"sha512-6BpMa2+qkGYQQ1v7OHWkuY8q2NlXxzN3aEuA5dO5d0q5FQbSl3y3m8h6cYv1KZb3qXr3Sg9y3vW8a6q4uHkzwA==\""
    )]
    [InlineData("github.com/x/y v1.2.3 h1:9fHAtK0uDfpveeqqo1hkEZJcFvYXAiCN3UutL8F9xHw=")]
    [InlineData("id 550e8400-e29b-41d4-a716-446655440000 at 127.0.0.1 and 0.0.0.0, version 4.0.0.0")]
    [InlineData("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE")]
    [InlineData("password: ${DB_PASSWORD} token=<your-token> secret=changeme API_KEY=xxxxxxxxxxxxxxxx")]
    [InlineData("const token = process.env.GITHUB_TOKEN; password = getPassword(user)")]
    [InlineData("mail git@github.com or someone@example.com or noreply@anthropic.com")]
    [InlineData("PublicKeyToken=b77a5c561934e089, Version=4.0.0.0")]
    public void What_is_no_secret_stays(string text) => Assert.Equal(text, Redact(text));

    [Fact]
    public void Each_line_of_a_private_key_is_replaced_and_the_markers_stay()
    {
        using var key = RSA.Create(2048);
        var pem = key.ExportRSAPrivateKeyPem();
        var lines = Redact(pem).Split('\n');
        Assert.StartsWith("-----BEGIN", lines[0], StringComparison.Ordinal);
        Assert.All(
            lines[1..^1],
            // A plus that begins a line may be that of a diff.
            line => Assert.StartsWith("REDACTED_pem_line_", line.TrimStart('+'), StringComparison.Ordinal)
        );
        var inJson = Redact("{\"key\": " + JsonSerializer.Serialize(pem) + "}");
        Assert.Matches(
            "^{\"key\": \"-----BEGIN RSA PRIVATE KEY-----REDACTED_private_key_[0-9a-f]{12}-----END",
            inJson
        );
    }

    private string Redact(string text) =>
        Encoding.UTF8.GetString(_redactor.Redact(Encoding.UTF8.GetBytes(text), _redactor.NewReport()));

    private static string PlaceholderIn(string text)
    {
        var start = text.IndexOf("REDACTED_", StringComparison.Ordinal);
        Assert.True(start >= 0, "nothing was replaced");
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        return text[start..end];
    }
}
