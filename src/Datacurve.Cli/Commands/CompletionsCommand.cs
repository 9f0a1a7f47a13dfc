using System.CommandLine;
using System.Text;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Commands;

/// <summary>
/// <c>datacurve completions</c>: a script for a shell, made from the commands themselves. It holds all words,
/// so that completing starts no process.
/// </summary>
internal static class CompletionsCommand
{
    public static Command Create(RootCommand root, Printer errors)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completions", "Print completions: source <(datacurve completions bash)")
        {
            shell,
        };
        command.SetAction(
            errors,
            (parsed, _) =>
            {
                parsed.InvocationConfiguration.Output.Write(
                    parsed.GetValue(shell) switch
                    {
                        "zsh" => Zsh(root),
                        "fish" => Fish(root),
                        _ => Bash(root),
                    }
                );
                return Task.FromResult(ExitCode.Done);
            }
        );
        return command;
    }

    private static IEnumerable<Command> Commands(RootCommand root) =>
        root.Subcommands.Where(command => !command.Hidden);

    private static IEnumerable<Option> Options(Command command) =>
        command.Options.Where(option =>
            !option.Hidden && option.Name.StartsWith("--", StringComparison.Ordinal)
        );

    private static IEnumerable<string> Words(Command command) =>
        command
            .Arguments.SelectMany(argument =>
                argument.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty)
            )
            .Select(item => item.Label)
            .Concat(Options(command).Select(option => option.Name));

    private static string Bash(RootCommand root)
    {
        var script = new StringBuilder("_datacurve() {\n");
        script.Append("  local words current=${COMP_WORDS[COMP_CWORD]}\n");
        script.Append("  if [ \"$COMP_CWORD\" -eq 1 ]; then\n");
        script.Append($"    words='{string.Join(' ', Commands(root).Select(command => command.Name))}'\n");
        script.Append("  else\n    case ${COMP_WORDS[1]} in\n");
        foreach (var command in Commands(root))
            script.Append($"      {command.Name}) words='{string.Join(' ', Words(command))}' ;;\n");
        script.Append("    esac\n  fi\n");
        script.Append("  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}\n");
        script.Append("complete -o default -F _datacurve datacurve\n");
        return script.ToString();
    }

    private static string Zsh(RootCommand root)
    {
        var script = new StringBuilder("#compdef datacurve\n_datacurve() {\n");
        script.Append("  if (( CURRENT == 2 )); then\n    local -a commands=(\n");
        foreach (var command in Commands(root))
            script.Append($"      '{command.Name}:{Quoted(command.Description)}'\n");
        script.Append("    )\n    _describe command commands\n    return\n  fi\n");
        script.Append("  case ${words[2]} in\n");
        foreach (var command in Commands(root))
            script.Append($"    {command.Name}) compadd -- {string.Join(' ', Words(command))}; _files ;;\n");
        script.Append("  esac\n}\ncompdef _datacurve datacurve\n");
        return script.ToString();
    }

    private static string Fish(RootCommand root)
    {
        var script = new StringBuilder();
        foreach (var command in Commands(root))
        {
            script.Append(
                $"complete -c datacurve -n __fish_use_subcommand -f -a {command.Name} -d '{Quoted(command.Description)}'\n"
            );
            foreach (var option in Options(command))
                script.Append(
                    $"complete -c datacurve -n '__fish_seen_subcommand_from {command.Name}' "
                        + $"-l {option.Name[2..]} -d '{Quoted(option.Description)}'\n"
                );
            foreach (var word in Words(command).Where(word => !word.StartsWith('-')))
                script.Append(
                    $"complete -c datacurve -n '__fish_seen_subcommand_from {command.Name}' -f -a '{word}'\n"
                );
        }
        return script.ToString();
    }

    // Descriptions stand between single quotes; a colon ends a name in zsh only in front of it.
    private static string Quoted(string? description) => (description ?? "").Replace('\'', '’');
}
