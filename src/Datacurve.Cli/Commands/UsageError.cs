using System.CommandLine;
using System.CommandLine.Invocation;

namespace Datacurve.Cli.Commands;

/// <summary>What is wrong with a command line, as one line that says what to do.</summary>
internal static class UsageError
{
    public static string Of(ParseResult parsed, ParseErrorAction wrong) =>
        $"{What(parsed, wrong)} `{CommandWords.Of(parsed)} --help` says what there is.";

    private static string What(ParseResult parsed, ParseErrorAction wrong)
    {
        if (parsed.UnmatchedTokens is not [var word, ..])
            return OneLine(parsed.Errors[0].Message).TrimEnd('.') + ".";
        var meant = string.Join(" or ", Meant(parsed, wrong).Select(close => $"`{close}`"));
        return $"`{CommandWords.Of(parsed)}` has no `{word}`"
            + (meant.Length > 0 ? $"; did you mean {meant}?" : ".");
    }

    // The framework knows what is close, and only prints it: a sentence that begins with the word in quotes,
    // then each on a line of its own. An option of one letter is close to every other.
    private static IEnumerable<string> Meant(ParseResult parsed, ParseErrorAction wrong)
    {
        using var printed = new StringWriter();
        (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error) = (
            printed,
            TextWriter.Null
        );
        wrong.ShowHelp = false;
        wrong.Invoke(parsed);
        return
        [
            .. printed
                .ToString()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(line => line[0] != '\'' && line.Length > 2)
                .Distinct(),
        ];
    }

    private static string OneLine(string message) =>
        string.Join(", ", message.Split('\n', StringSplitOptions.TrimEntries))
            .Replace(":, ", ": ", StringComparison.Ordinal);
}
