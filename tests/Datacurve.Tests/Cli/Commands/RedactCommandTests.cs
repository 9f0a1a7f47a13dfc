using System.Text;
using Datacurve.Tests.Redaction;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>The real tool on real files.</summary>
public sealed class RedactCommandTests
{
    private readonly Planted _planted = new(seed: 9);

    [Fact]
    public async Task Files_are_replaced_in_place_under_one_key_and_the_report_counts()
    {
        using var folder = new TempFolder();
        var token = _planted.GitHubToken();
        var key = Write(folder, "key", _planted.Alphanumeric(32));
        var file = Write(folder, "a.env", $"TOKEN={token}\r\nfrom ada@lovelace.name\r\n");
        var same = Write(folder, "b.txt", $"x {token}");

        var done = await DatacurveTool.RunAsync(
            "redact",
            "--in-place",
            "--key-file",
            key,
            "--json",
            file,
            same
        );

        Assert.Equal(0, done.ExitCode);
        Assert.Contains("\"github-pat\":2", done.StderrText, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(file);
        Assert.Matches(
            "^TOKEN=REDACTED_github_pat_[0-9a-f]{12}\r\nfrom REDACTED_email_[0-9a-f]{12}\r\n$",
            text
        );
        Assert.Equal($"x {text.Split('=')[1].Split('\r')[0]}", await File.ReadAllTextAsync(same));
        Assert.Equal(3, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public async Task Scan_says_where_and_by_which_rule_but_never_what()
    {
        using var folder = new TempFolder();
        var token = _planted.GitHubToken();
        Write(folder, "clean.txt", "nothing here\n");
        Assert.Equal(0, (await DatacurveTool.RunAsync("scan", folder.Path)).ExitCode);

        var file = Write(folder, "b.txt", $"1\n2\n  token {token}\n");
        var found = await DatacurveTool.RunAsync("scan", folder.Path);
        Assert.Equal((1, $"{file}:3:9: github-pat\n"), (found.ExitCode, found.StdoutText));
        var json = await DatacurveTool.RunAsync("scan", "--json", folder.Path);
        Assert.Contains(
            "\"line\":3,\"column\":9,\"length\":40,\"rule\":\"github-pat\"",
            json.StdoutText,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            token[8..20],
            found.StdoutText + json.StdoutText + found.StderrText,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_is_no_text_is_left_as_it_is_unless_that_is_asked_for()
    {
        using var folder = new TempFolder();
        var token = _planted.GitHubToken();
        var program = Write(folder, "setup.exe", $"MZ\0\u0001 {token}\n");
        var text = Write(folder, "a.txt", $"x {token}\n");

        var left = await DatacurveTool.RunAsync("redact", "--in-place", program, text);
        Assert.Equal(0, left.ExitCode);
        Assert.Contains("setup.exe is no text", left.StderrText, StringComparison.Ordinal);
        Assert.Equal($"MZ\0\u0001 {token}\n", await File.ReadAllTextAsync(program));
        Assert.DoesNotContain(token, await File.ReadAllTextAsync(text), StringComparison.Ordinal);

        Assert.Equal(0, (await DatacurveTool.RunAsync("redact", "--in-place", "--binary", program)).ExitCode);
        Assert.DoesNotContain(token, await File.ReadAllTextAsync(program), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_is_named_by_its_file_and_line()
    {
        using var folder = new TempFolder();
        const string endless = "[[rules]]\nid = 'own'\nregex = '''a[^Z]*(Zq)'''\nkeywords = ['endless']\n";
        var rules = Write(folder, "rules.toml", endless);
        var file = Write(folder, "a.txt", "1\n2\nendless aZqZqZqZqZqZqZqZqZqZq\n");
        var refused = await DatacurveTool.RunAsync("redact", "--in-place", "--rules", rules, file);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("a.txt, line 3: ", refused.StderrText, StringComparison.Ordinal);
        Assert.Equal("1\n2\nendless aZqZqZqZqZqZqZqZqZqZq\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task What_cannot_be_used_is_said_with_exit_code_2()
    {
        using var folder = new TempFolder();
        var rules = Write(folder, "rules.toml", "[[rules]]\nid = 'own'\nregex = '''a(?=b)'''\n");
        var refused = await DatacurveTool.RunAsync("scan", "--rules", rules, folder.Path);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("'own'", refused.StderrText, StringComparison.Ordinal);
        Assert.Equal(2, (await DatacurveTool.RunAsync("redact", Path.Combine(folder.Path, "none"))).ExitCode);
        var whole = await DatacurveTool.RunAsync("redact", folder.Path);
        Assert.Equal(2, whole.ExitCode);
        Assert.Contains("is a folder", whole.StderrText, StringComparison.Ordinal);
        var key = Write(folder, "key", "short");
        Assert.Equal(2, (await DatacurveTool.RunAsync("redact", "--key-file", key, rules)).ExitCode);
    }

    private static string Write(TempFolder folder, string name, string text)
    {
        var path = Path.Combine(folder.Path, name);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
        return path;
    }
}
