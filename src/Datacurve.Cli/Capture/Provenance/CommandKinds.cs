using Datacurve.Cli.Capture.TestRuns;

namespace Datacurve.Cli.Capture.Provenance;

internal enum CommandKind
{
    /// <summary>A shell, a build: nothing follows from it.</summary>
    Other,

    /// <summary>Git, by a command that writes the working tree and waits for nobody.</summary>
    Git,

    /// <summary>An editor on the terminal: what is typed goes to it.</summary>
    Editor,

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

    private static readonly HashSet<string> Editors =
    [
        "vim",
        "nvim",
        "vi",
        "view",
        "vimdiff",
        "nvi",
        "vis",
        "elvis",
        "ex",
        "ed",
        "nano",
        "pico",
        "micro",
        "emacs",
        "emacsclient",
        "mg",
        "zile",
        "jmacs",
        "joe",
        "jed",
        "ne",
        "dte",
        "tilde",
        "mcedit",
        "hx",
        "helix",
        "kak",
    ];

    // Where a command of git opens an editor or a pager, or asks, it stands while others write; then its
    // lock alone tells what it wrote itself.
    private static readonly HashSet<string> GitWriters =
    [
        "am",
        "apply",
        "checkout",
        "checkout-index",
        "clean",
        "format-patch",
        "merge-file",
        "mv",
        "read-tree",
        "reset",
        "restore",
        "rm",
        "sparse-checkout",
        "stash",
        "switch",
    ];
    private static readonly string[] GitQuestions = ["-p", "--patch", "-i", "--interactive", "show", "list"];

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
        ["jj"] = ["abandon", "edit", "new", "next", "prev", "rebase", "restore", "undo"],
    };

    /// <summary>Whether a program of this name is an editor on a terminal.</summary>
    public static bool IsEditor(string program) => Editors.Contains(program);

    /// <summary>
    /// Of several commands on one line, the one that says most; nothing where an editor stands beside a
    /// program that writes files by itself, since nobody can tell which of them saved.
    /// </summary>
    public static CommandKind Of(string commandLine)
    {
        var kinds = ShellWords.Commands(commandLine).Select(KindOf).ToHashSet();
        return kinds.Count == 0 || (kinds.Contains(CommandKind.Editor) && kinds.Max() > CommandKind.Editor)
            ? CommandKind.Other
            : kinds.Max();
    }

    private static CommandKind KindOf(SimpleCommand command)
    {
        var program = command.Program;
        if (AiAgents.Contains(program) || (program == "gh" && command.Arguments is ["copilot", ..]))
            return CommandKind.AiAgent;
        if (Rewriters.Contains(program))
            return CommandKind.Rewriter;
        if (Editors.Contains(program))
            return CommandKind.Editor;
        if (Verbs.TryGetValue(program, out var verbs) && command.Arguments.Any(verbs.Contains))
            return program == "jj" ? CommandKind.Git : CommandKind.Rewriter;
        return program == "git" && IsWriting(command.Arguments) ? CommandKind.Git : CommandKind.Other;
    }

    private static bool IsWriting(IReadOnlyList<string> arguments)
    {
        var at = 0;
        while (at < arguments.Count && arguments[at].StartsWith('-'))
            at += arguments[at] is "-C" or "-c" or "--git-dir" or "--work-tree" or "--namespace" ? 2 : 1;
        return at < arguments.Count
            && GitWriters.Contains(arguments[at])
            && !arguments.Skip(at + 1).Any(GitQuestions.Contains);
    }
}
