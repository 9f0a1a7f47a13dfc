using System.CommandLine;
using System.CommandLine.Parsing;

namespace Datacurve.Cli.Commands;

/// <summary>The command that was understood, as one types it: <c>datacurve cast export</c>.</summary>
internal static class CommandWords
{
    public static string Of(ParseResult parsed)
    {
        var words = new Stack<string>();
        for (SymbolResult? result = parsed.CommandResult; result?.Parent is not null; result = result.Parent)
            if (result is CommandResult command)
                words.Push(command.Command.Name);
        return string.Join(' ', words.Prepend("datacurve"));
    }
}
