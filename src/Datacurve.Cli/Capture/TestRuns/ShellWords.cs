using System.Text;

namespace Datacurve.Cli.Capture.TestRuns;

/// <summary>How a command's exit code reaches the one behind it on the line.</summary>
internal enum ShellJoin
{
    /// <summary>It is the last.</summary>
    End,

    /// <summary><c>&amp;&amp;</c></summary>
    And,

    /// <summary><c>;</c>, <c>|</c>, <c>||</c>, <c>&amp;</c>: its exit code is lost.</summary>
    Lost,
}

/// <summary>One simple command without what only surrounds it; the program without its folder.</summary>
internal sealed record SimpleCommand(string Program, IReadOnlyList<string> Arguments, ShellJoin Join)
{
    /// <summary>Whether it is given one of the options, with or without a value.</summary>
    public bool HasOption(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (
                Arguments.Any(argument =>
                    argument == name || argument.StartsWith(name + "=", StringComparison.Ordinal)
                )
            )
                return true;
        return false;
    }

    /// <summary>The value of an option, behind <c>=</c> or as the next word; null where none is.</summary>
    public string? ValueOf(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            for (var at = 0; at < Arguments.Count; at++)
                if (Arguments[at].StartsWith(name + "=", StringComparison.Ordinal))
                    return Arguments[at][(name.Length + 1)..];
                else if (Arguments[at] == name && at + 1 < Arguments.Count)
                    return Arguments[at + 1];
        return null;
    }
}

/// <summary>
/// Splits a command line into its simple commands, as far as words and operators go. Nothing is expanded:
/// what an alias, a variable or a function stands for is not known here.
/// </summary>
internal static class ShellWords
{
    private const int LineCharsMax = 20_000;

    private static readonly string[] Surrounding =
    [
        "{",
        "(",
        "!",
        "if",
        "then",
        "while",
        "until",
        "do",
        "else",
        "elif",
        "time",
        "command",
        "exec",
        "builtin",
        "nohup",
        "env",
        "sudo",
        "doas",
        "stdbuf",
        "nice",
        "ionice",
        "timeout",
        "xvfb-run",
        "unbuffer",
        "caffeinate",
    ];

    // Programs that run the program named next, and the word between where there is one.
    private static readonly Dictionary<string, string?> Wrappers = new()
    {
        ["uv"] = "run",
        ["poetry"] = "run",
        ["pipenv"] = "run",
        ["pdm"] = "run",
        ["hatch"] = "run",
        ["rye"] = "run",
        ["pixi"] = "run",
        ["conda"] = "run",
        ["coverage"] = "run",
        ["bundle"] = "exec",
        ["npx"] = null,
        ["bunx"] = null,
        ["direnv"] = "exec",
        ["dotenv"] = null,
        ["mise"] = "exec",
    };

    public static IReadOnlyList<SimpleCommand> Commands(string line)
    {
        if (line.Length > LineCharsMax)
            return [];
        var commands = new List<SimpleCommand>();
        var words = new List<string>();
        foreach (var (word, join) in Split(line))
        {
            if (join is null)
            {
                words.Add(word);
                continue;
            }
            if (Unwrap(words, join.Value) is { } command)
                commands.Add(command);
            words = [];
        }
        return commands;
    }

    private static SimpleCommand? Unwrap(List<string> words, ShellJoin join)
    {
        var at = 0;
        while (at < words.Count)
        {
            var word = words[at];
            var program = word[(word.LastIndexOf('/') + 1)..];
            if (IsAssignment(word))
                at++;
            else if (Surrounding.Contains(program))
                at = AfterOptions(words, at + 1);
            else if (Wrappers.TryGetValue(program, out var verb) && Follows(words, at + 1, verb) is { } next)
                at = next;
            else
                return new SimpleCommand(program, [.. words.Skip(at + 1)], join);
        }
        return null;
    }

    private static int? Follows(List<string> words, int at, string? verb)
    {
        at = AfterOptions(words, at);
        if (verb is null)
            return at;
        return at < words.Count && words[at] == verb ? AfterOptions(words, at + 1) : null;
    }

    // Options and numbers, as in `timeout -k 5 60` and `nice -n 10`.
    private static int AfterOptions(List<string> words, int at)
    {
        while (
            at < words.Count
            && (
                words[at].StartsWith('-') && words[at] is not "-m"
                || (
                    words[at].Length > 0
                    && words[at].TrimEnd('s', 'm', 'h').All(c => char.IsAsciiDigit(c) || c == '.')
                )
            )
        )
            at++;

        // `coverage run -m pytest` and `python -m pytest` mean the same.
        return at < words.Count && words[at] == "-m" ? at + 1 : at;
    }

    private static bool IsAssignment(string word)
    {
        var equals = word.IndexOf('=');
        return equals > 0 && word[..equals].All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
    }

    /// <summary>Words, and after the words of each command how it is joined to the next.</summary>
    private static IEnumerable<(string Word, ShellJoin? Join)> Split(string line)
    {
        var word = new StringBuilder();
        var inWord = false;
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            if (c is '\'' or '"')
            {
                inWord = true;
                at = ReadQuoted(line, at, word);
            }
            else if (c == '\\' && at + 1 < line.Length)
            {
                at++;
                inWord |= line[at] != '\n';
                if (line[at] != '\n')
                    word.Append(line[at]);
            }
            else if (c == '#' && !inWord)
                at = EndOfLine(line, at) - 1;
            else if (c is ' ' or '\t' or '\n' or ';' or '&' or '|' or '(' or ')')
            {
                // In `2>&1` and `>&2` the sign is part of the word.
                if (c == '&' && word.Length > 0 && word[^1] is '>' or '<')
                {
                    word.Append(c);
                    continue;
                }
                if (inWord)
                    yield return (word.ToString(), null);
                word.Clear();
                inWord = false;
                if (c is ' ' or '\t' or '(' or ')')
                    continue;
                var isAnd = c == '&' && at + 1 < line.Length && line[at + 1] == '&';
                if (at + 1 < line.Length && line[at + 1] == c)
                    at++;
                yield return ("", isAnd ? ShellJoin.And : ShellJoin.Lost);
            }
            else
            {
                inWord = true;
                word.Append(c);
            }
        }
        if (inWord)
            yield return (word.ToString(), null);
        yield return ("", ShellJoin.End);
    }

    private static int EndOfLine(string line, int at)
    {
        var newline = line.IndexOf('\n', at);
        return newline < 0 ? line.Length : newline;
    }

    private static int ReadQuoted(string line, int at, StringBuilder word)
    {
        var quote = line[at];
        for (at++; at < line.Length && line[at] != quote; at++)
        {
            if (quote == '"' && line[at] == '\\' && at + 1 < line.Length)
                at++;
            word.Append(line[at]);
        }
        return at;
    }
}
