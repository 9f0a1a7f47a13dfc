using System.Text.RegularExpressions;

namespace Datacurve.Server.Qa.TestRuns;

/// <summary>
/// A shell line as far as it has to be understood to put an option behind a runner's name: steps joined by
/// <c>&amp;&amp;</c>, of which the last one runs the tests.
/// </summary>
/// <param name="Lead">What comes before the last step, with its <c>&amp;&amp;</c>; empty for one
/// step.</param>
/// <param name="Last">The last step.</param>
/// <param name="IsSimple">
/// Whether the last step is one plain command: no pipe, list, redirection, substitution or comment, so that
/// something can be put into it and behind it.
/// </param>
internal sealed record ShellLine(string Lead, string Last, bool IsSimple)
{
    private static readonly Regex AssignmentPattern = new(
        @"^([A-Za-z_][A-Za-z0-9_]*=[^\s'""]*\s+)*",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    );

    public static ShellLine Parse(string command)
    {
        var text = command.Trim();
        var start = 0;
        var simple = true;
        var quote = '\0';
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (quote != '\0')
            {
                if (character == quote)
                    quote = '\0';
                else if (quote == '"' && character is '$' or '`' or '\\')
                    simple = false;
            }
            else if (character is '\'' or '"')
            {
                quote = character;
            }
            else if (simple && character == '&' && at + 1 < text.Length && text[at + 1] == '&')
            {
                start = ++at + 1;
            }
            else if (
                character
                is ';'
                    or '|'
                    or '&'
                    or '<'
                    or '>'
                    or '('
                    or ')'
                    or '`'
                    or '$'
                    or '#'
                    or '\n'
                    or '\\'
            )
            {
                simple = false;
            }
        }
        return new ShellLine(text[..start], text[start..].Trim(), simple && quote == '\0');
    }

    /// <summary>
    /// The last step with <paramref name="insert"/> behind what <paramref name="runner"/> matches at its
    /// start, assignments of variables aside; null where it does not match.
    /// </summary>
    public string? InsertAfter(Regex runner, string insert)
    {
        var assignments = AssignmentPattern.Match(Last).Length;
        var match = runner.Match(Last[assignments..]);
        if (!IsSimple || !match.Success)
            return null;

        var end = assignments + match.Length;
        string[] parts = [Last[..end].TrimEnd(), insert, Last[end..].TrimStart()];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    /// <summary>Whether the last step is the runner, however the line is made.</summary>
    public bool Runs(Regex runner) => runner.IsMatch(Last[AssignmentPattern.Match(Last).Length..]);
}
