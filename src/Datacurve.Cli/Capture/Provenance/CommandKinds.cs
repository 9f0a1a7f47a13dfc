using Datacurve.Cli.Capture.TestRuns;

namespace Datacurve.Cli.Capture.Provenance;

internal enum CommandKind
{
    /// <summary>An editor, a shell, a build: nothing follows from it.</summary>
    Other,
    Git,

    /// <summary>A program whose work is to change source files.</summary>
    Rewriter,

    /// <summary>A coding assistant that writes files itself.</summary>
    AiAgent,
}

/// <summary>What a command line runs, as far as that says who changes files.</summary>
internal static class CommandKinds
{
    private static readonly HashSet<string> AiAgents =
    [
        "claude",
        "codex",
        "aider",
        "gemini",
        "copilot",
        "cursor-agent",
        "amp",
        "opencode",
        "crush",
        "qwen",
        "auggie",
        "droid",
        "plandex",
        "gptme",
        "openhands",
        "cline",
        "kiro-cli",
    ];

    private static readonly HashSet<string> Rewriters =
    [
        "sed",
        "patch",
        "perl",
        "black",
        "isort",
        "autopep8",
        "yapf",
        "ruff",
        "autoflake",
        "pyupgrade",
        "gofmt",
        "goimports",
        "rustfmt",
        "prettier",
        "eslint",
        "biome",
        "dprint",
        "clang-format",
        "csharpier",
        "stylua",
        "shfmt",
        "ktlint",
        "google-java-format",
        "pre-commit",
        "comby",
        "ast-grep",
        "jscodeshift",
        "codemod",
    ];

    // Of programs that do much else, the words that make them rewrite.
    private static readonly Dictionary<string, string[]> Verbs = new()
    {
        ["cargo"] = ["fmt", "fix"],
        ["go"] = ["fmt", "fix", "generate"],
        ["dotnet"] = ["format", "csharpier"],
        ["npm"] = ["version"],
        ["buf"] = ["format", "generate"],
        ["terraform"] = ["fmt"],
        ["mix"] = ["format"],
        ["rubocop"] = ["-a", "-A", "--autocorrect", "--autocorrect-all"],
    };

    /// <summary>Of several commands on one line, the one that says most.</summary>
    public static CommandKind Of(string commandLine) =>
        ShellWords.Commands(commandLine).Select(KindOf).DefaultIfEmpty(CommandKind.Other).Max();

    private static CommandKind KindOf(SimpleCommand command)
    {
        var program = command.Program;
        if (AiAgents.Contains(program) || (program == "gh" && command.Arguments is ["copilot", ..]))
            return CommandKind.AiAgent;
        if (Rewriters.Contains(program))
            return CommandKind.Rewriter;
        if (Verbs.TryGetValue(program, out var verbs) && command.Arguments.Any(verbs.Contains))
            return CommandKind.Rewriter;
        return program is "git" or "lazygit" or "tig" or "jj" ? CommandKind.Git : CommandKind.Other;
    }
}
