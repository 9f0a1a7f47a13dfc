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

    private static IEnumerable<Command> Within(Command command) =>
        command.Subcommands.Where(subcommand => !subcommand.Hidden);

    /// <summary>Every command below, each with the words that lead to it, a space before each.</summary>
    private static IEnumerable<(string Path, Command Command)> All(Command above, string path = "") =>
        from command in Within(above)
        let here = $"{path} {command.Name}"
        from found in All(command, here).Prepend((here, command))
        select found;

    private static IEnumerable<Option> Options(Command command) =>
        command.Options.Where(option =>
            !option.Hidden && option.Name.StartsWith("--", StringComparison.Ordinal)
        );

    private static IEnumerable<string> Values(Command command) =>
        command
            .Arguments.SelectMany(argument =>
                argument.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty)
            )
            .Select(item => item.Label);

    private static string Words(Command command) =>
        string.Join(
            ' ',
            [
                .. Within(command).Select(subcommand => subcommand.Name),
                .. Values(command),
                .. Options(command).Select(option => option.Name),
            ]
        );

    // What was typed leads from command to command; `at` says how far it has come.
    private static string Bash(RootCommand root)
    {
        var script = new StringBuilder("_datacurve() {\n");
        script.Append("  local at='' word words='' current=${COMP_WORDS[COMP_CWORD]}\n");
        script.Append("  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n");
        script.Append("    case \"$at $word\" in\n");
        script.Append($"      {Paths(root)}) at=\"$at $word\" ;;\n    esac\n  done\n");
        script.Append("  case $at in\n");
        foreach (var (path, command) in All(root).Prepend(("", root)))
            script.Append($"    '{path}') words='{Words(command)}' ;;\n");
        script.Append("  esac\n");
        script.Append("  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}\n");
        script.Append("complete -o default -F _datacurve datacurve\n");
        return script.ToString();
    }

    private static string Zsh(RootCommand root)
    {
        var script = new StringBuilder("#compdef datacurve\n_datacurve() {\n");
        script.Append("  local at='' word\n  local -a commands\n");
        script.Append("  for word in ${words[2,CURRENT-1]}; do\n    case \"$at $word\" in\n");
        script.Append($"      {Paths(root)}) at=\"$at $word\" ;;\n    esac\n  done\n");
        script.Append("  case $at in\n");
        foreach (var (path, command) in All(root).Prepend(("", root)))
        {
            script.Append($"    '{path}')\n      commands=(");
            foreach (var subcommand in Within(command))
                script.Append($"\n        '{subcommand.Name}:{Quoted(subcommand.Description)}'");
            script.Append(")\n      (( $#commands )) && _describe command commands\n");
            string[] others = [.. Values(command), .. Options(command).Select(option => option.Name)];
            script.Append($"      compadd -- {string.Join(' ', others)}\n");
            script.Append(path.Length > 0 ? "      _files ;;\n" : "      ;;\n");
        }
        script.Append("  esac\n}\ncompdef _datacurve datacurve\n");
        return script.ToString();
    }

    private static string Paths(RootCommand root) =>
        string.Join('|', All(root).Select(found => $"'{found.Path}'"));

    private static string Fish(RootCommand root)
    {
        var script = new StringBuilder();
        foreach (var (path, command) in All(root).Prepend(("", root)))
        {
            var isHere = string.Join(
                "; and ",
                path.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(word => $"__fish_seen_subcommand_from {word}")
            );
            var below = string.Join(' ', Within(command).Select(subcommand => subcommand.Name));
            var isNext =
                path.Length == 0 ? "__fish_use_subcommand"
                : below.Length == 0 ? isHere
                : $"{isHere}; and not __fish_seen_subcommand_from {below}";
            foreach (var subcommand in Within(command))
                script.Append(
                    $"complete -c datacurve -n '{isNext}' -f -a {subcommand.Name} -d '{Quoted(subcommand.Description)}'\n"
                );
            foreach (var option in Options(command))
                script.Append(
                    $"complete -c datacurve -n '{isNext}' -l {option.Name[2..]} -d '{Quoted(option.Description)}'\n"
                );
            foreach (var value in Values(command))
                script.Append($"complete -c datacurve -n '{isNext}' -f -a '{value}'\n");
        }
        return script.ToString();
    }

    // Descriptions stand between single quotes; a colon ends a name in zsh only in front of it.
    private static string Quoted(string? description) => (description ?? "").Replace('\'', '’');
}
