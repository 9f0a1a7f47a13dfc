namespace Datacurve.Tests.Redaction.Personal;

/// <summary>One way to write a kind of personal data.</summary>
/// <param name="Rule">The rule that has to find it.</param>
/// <param name="Name">What it is.</param>
/// <param name="Value">Makes what must not be left.</param>
/// <param name="Texts">What it stands in, at <c>{0}</c>; null is anything.</param>
internal sealed record PersonalForm(
    string Rule,
    string Name,
    Func<MadePeople, string> Value,
    string[]? Texts = null
)
{
    /// <summary>Anything that a recorder sees: diffs, logs, data, code, a shell's history, colours.</summary>
    public static readonly string[] Anything =
    [
        "{0}",
        "the owner is {0} now",
        "+    owner = \"{0}\"",
        "-  owner: {0}",
        "2026-11-28T10:00:00Z INFO request done owner={0} took=12ms",
        "{{\"level\":\"info\",\"msg\":\"seen {0} again\"}}",
        "{{\"log\":\"line\\n{0}\\n\"}}",
        "    \"owner\": \"{0}\",",
        "  owner: '{0}'\r",
        "$ notify-send '{0}'",
        "  143  echo {0} >> notes.txt",
        "const owner = '{0}';",
        "owner := `{0}`",
        "// was: {0}",
        "<owner>{0}</owner>",
        "\e[36mowner\e[0m=\e[33m{0}\e[0m",
        "| owner | {0} |",
        "owner,{0},active",
        "Error: cannot deliver ({0})",
        "print(f\"to {0}\")",
        "ENV OWNER {0}",
        "[owner]\tname = {0}",
        "\"{0}\",",
    ];

    public static IReadOnlyList<PersonalForm> All { get; } =
    [
        .. MailForms.All,
        .. NumberForms.All,
        .. NationalForms.All,
        .. PathForms.All,
        .. HostForms.All,
        .. PersonForms.All,
        .. GitPeopleForms.All,
        .. AccountForms.All,
    ];
}

internal static class MailForms
{
    private const string Rule = "email-address";

    public static readonly PersonalForm[] All =
    [
        new(Rule, "plain", made => made.Mail(made.User())),
        new(Rule, "with a tag", made => made.Mail(made.User() + "+" + made.Word(2))),
        new(Rule, "local part beyond ASCII", made => made.Mail("jö" + made.Word(2) + "é")),
        new(Rule, "domain beyond ASCII", made => $"{made.User()}@mü{made.Word(2)}.de"),
        new(Rule, "domain in Punycode", made => $"{made.User()}@xn--{made.Word(3)}-{made.Of("abc1", 3)}.de"),
        new(Rule, "capitals", made => made.Mail(made.Capital(2) + "." + made.Capital(2))),
        new(
            Rule,
            "in angle brackets",
            made => made.Mail(made.User()),
            ["<{0}>", "To: <{0}>, <x@example.com>", "&lt;{0}&gt;", "\\u003c{0}\\u003e", "From: <{0}>"]
        ),
        new(
            Rule,
            "mailto",
            made => made.Mail(made.User()),
            [
                "[mail](mailto:{0})",
                "<a href=\"mailto:{0}?subject=x\">",
                "mailto:{0}",
                "List-Owner: <mailto:{0}>",
                "{{\"url\":\"mailto:{0}\"}}",
            ]
        ),
        new(
            Rule,
            "quoted local part",
            made => $"\"{made.Word(2)} {made.Word(2)}\"@{made.Word(3)}.com",
            ["to {0} now", "RCPT TO:<{0}>", "mail {0}", "({0})", "owner: {0}"]
        ),
        new(
            Rule,
            "encoded in a URL",
            made => made.Mail(made.User()).Replace("@", "%40"),
            [
                "https://api.test/users?email={0}&x=1",
                "GET /invite?to={0} HTTP/1.1",
                "  12  curl 'https://api.test/u?mail={0}'",
                "q=owner%3A{0}&page=2",
                "+  url: /u/{0}/edit",
            ]
        ),
        new(
            Rule,
            "escaped in JSON",
            made => made.Mail(made.User()).Replace("@", "\\u0040"),
            [
                "{{\"email\":\"{0}\"}}",
                "    \"owner\": \"{0}\",",
                "\"x\\n{0}\\n\"",
                "+  \"to\": [\"{0}\"]",
                "{{\"a\":{{\"b\":\"{0}\"}}}}",
            ]
        ),
        new(
            Rule,
            "escaped in HTML",
            made => made.Mail(made.User()).Replace("@", "&#64;"),
            ["<p>{0}</p>", "<td>{0}</td>", "mail {0} now", "<li>{0}", "title=\"{0}\""]
        ),
        new(
            Rule,
            "of git's default identity",
            made => $"{made.Word(3)}@{made.Word(2)}s-laptop.local",
            ["<{0}>", "    user.email={0}", "Committer: x <{0}>", "email = {0}", "+\temail = {0}"]
        ),
    ];
}
