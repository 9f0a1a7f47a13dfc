using System.Text.RegularExpressions;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Rules;

namespace Datacurve.Tests.Redaction;

public sealed class RuleFileTests
{
    private const string Own = """
        title = "ours"
        [extend]
        useDefault = true
        disabledRules = ["github-pat"]
        [[rules]]
        id = "acme-token"
        description = "Acme"
        regex = '''(?i)\b(?P<name>acme)_([[:alnum:]]{12}\Q.x\E)\b'''
        secretGroup = 2
        entropy = 2
        keywords = ["ACME_"]
        [[rules.allowlists]]
        condition = "AND"
        regexTarget = "line"
        regexes = ['''fixture''']
        stopwords = ["zzz"]
        [allowlist]
        regexes = ['''^nothing$''']
        """;

    [Fact]
    public void A_file_in_gitleaks_format_works_as_it_is()
    {
        var rules = RuleSet.Parse(Own);
        Assert.Contains("acme-token", rules.RuleIds);
        Assert.Contains("gitlab-pat", rules.RuleIds);
        Assert.DoesNotContain("github-pat", rules.RuleIds);

        var redactor = new Redactor(rules, new byte[16]);
        var body = new Planted(1).Alphanumeric(9);
        var report = redactor.NewReport();
        Assert.Matches(
            "^x Acme_REDACTED_acme_token_[0-9a-f]{12} y$",
            redactor.Redact($"x Acme_{body}abc.x y", report)
        );
        Assert.Equal($"fixture acme_{body}zzz.x", redactor.Redact($"fixture acme_{body}zzz.x", report));
        Assert.Equal(1, report.Counts["acme-token"]);
        Assert.Contains(
            "REDACTED_acme",
            redactor.Redact($"acme_{body}zzz.x", report),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Each_bundled_rule_has_an_id_of_its_own() =>
        Assert.Equal(
            File.ReadLines(Path.Combine(TidyTests.Root, "src/Datacurve.Core/Redaction/Rules/default.toml"))
                .Count(line => line.StartsWith("id = ", StringComparison.Ordinal)),
            RuleSet.Default.RuleIds.Distinct().Count()
        );

    [Theory]
    [InlineData(@"a(?=b)", "(?=b")]
    [InlineData(@"(?<!a)b", "look-behind")]
    [InlineData(@"(a)\1", "'\\1'")]
    [InlineData(@"(?U)a+", "flag U")]
    [InlineData(@"[[:nope:]]", "nope")]
    [InlineData(@"(a", "rule 'bad'")]
    public void What_cannot_be_run_in_linear_time_is_refused_naming_the_rule(string regex, string said)
    {
        var refused = Assert.Throws<RuleFileException>(() =>
            RuleSet.Parse($"[[rules]]\nid = 'bad'\nregex = '''{regex}'''\n")
        );
        Assert.Contains("'bad'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_a_rule_is_said_with_its_line()
    {
        var refused = Assert.Throws<RuleFileException>(() =>
            RuleSet.Parse(
                "# ours\n[[rules]]\nid = 'a'\nregex = '''[[rules]]\n'''\n\n[[rules]]\nid = 'b'\nregex = 'a(?=b)'\n"
            )
        );
        Assert.StartsWith("line 7: the regex of rule 'b'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_doubtful_rule_takes_only_what_looks_like_a_password_or_a_key()
    {
        var redactor = new Redactor(
            RuleSet.Parse(
                "[[rules]]\nid = 'z'\nregex = 'join (.+)'\ntags = ['doubtful']\nkeywords = ['join']\n"
            ),
            new byte[16]
        );
        var password = new Planted(5).Password();
        Assert.Equal("join tables", redactor.Redact("join tables", redactor.NewReport()));
        Assert.StartsWith(
            "join REDACTED_z_",
            redactor.Redact("join " + password, redactor.NewReport()),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("x = [")]
    [InlineData("[[rules]]\nregex = 'a'")]
    [InlineData("[[rules]]\nid = 'a'")]
    [InlineData("[extend]\npath = 'other.toml'")]
    [InlineData("rules = 3")]
    public void A_file_that_is_none_is_refused(string toml) =>
        Assert.Throws<RuleFileException>(() => RuleSet.Parse(toml));

    [Fact]
    public void A_rule_without_keywords_is_run_on_every_line()
    {
        var redactor = new Redactor(
            RuleSet.Parse("[[rules]]\nid = 'z'\nregex = '''zq[0-9]{3}'''\n"),
            new byte[16]
        );
        Assert.Matches(
            "^a\nREDACTED_z_[0-9a-f]{12}\nb$",
            redactor.Redact("a\nzq481\nb", redactor.NewReport())
        );
    }

    [Fact]
    public void A_rule_that_takes_the_backtracking_engine_too_long_is_run_in_linear_time()
    {
        var rule = new Rule
        {
            Id = "z",
            Label = "z",
            Pattern = "(?:a|aa|aaa)+!|zq[0-9]{3}",
            Keywords = ["zq4"],
        };
        var line = "zq480 " + new string('a', 400) + " zq481";
        Assert.Throws<RegexMatchTimeoutException>(() => rule.RegexFor(line.Length).Count(line));
        var redactor = new Redactor(new RuleSet("1", [rule], []), new byte[16]);

        var redacted = redactor.Redact(line, redactor.NewReport());

        Assert.Matches("^REDACTED_z_[0-9a-f]{12} a{400} REDACTED_z_[0-9a-f]{12}$", redacted);
        Assert.True(rule.RegexFor(line.Length).Options.HasFlag(RegexOptions.NonBacktracking));
    }

    [Fact]
    public void Every_rule_of_the_default_can_be_run_in_linear_time()
    {
        Assert.True(RuleSet.Default.Rules.Count >= 120);
        Assert.All(RuleSet.Default.Rules, rule => rule.RequireUsable());
        Assert.Equal(RuleSet.Default.Rules.Count, RuleSet.Default.RuleIds.Distinct().Count());
        Assert.All(RuleSet.Default.Rules, rule => Assert.NotEmpty(rule.Keywords));
    }

    [Fact]
    public void The_version_follows_the_rules() =>
        Assert.NotEqual(
            RuleSet.Parse(Own).Version,
            RuleSet.Parse(Own.Replace("zzz", "yyy", StringComparison.Ordinal)).Version
        );
}
