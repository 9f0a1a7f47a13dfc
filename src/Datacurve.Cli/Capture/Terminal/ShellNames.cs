using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>What is known of a program by its name: whether it is a shell, and which.</summary>
internal static class ShellNames
{
    private static readonly string[] Shells =
    [
        "sh",
        "bash",
        "dash",
        "zsh",
        "fish",
        "ksh",
        "mksh",
        "csh",
        "tcsh",
        "pwsh",
        "nu",
        "busybox",
    ];

    private static readonly string[] Openers = ["su", "tmux", "screen", "script", "nix-shell"];

    // Of ssh's options, those whose value may stand in the next word.
    private const string SshValues = "BbcDEeFIiJLlmOoPpQRSWw";

    /// <summary>The wire's name of the shell at a path.</summary>
    public static Shell KindOf(string path) =>
        Path.GetFileName(path) switch
        {
            "bash" => Shell.Bash,
            "zsh" => Shell.Zsh,
            "fish" => Shell.Fish,
            "pwsh" => Shell.Pwsh,
            _ => Shell.Sh,
        };

    public static bool IsShell(string path) => Shells.Contains(Path.GetFileName(path));

    /// <summary>
    /// Whether a command, by its words, opens a shell whose own commands will not be seen: a nested one,
    /// one on another machine or as another user.
    /// </summary>
    public static bool OpensShell(string commandLine)
    {
        var words = commandLine.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).AsSpan();
        while (words.Length > 1 && (words[0] is "exec" or "command" or "env" || words[0].Contains('=')))
            words = words[1..];
        if (words.Length == 0)
            return false;
        var name = Path.GetFileName(words[0]);
        var arguments = words[1..];
        if (name == "sudo")
            return arguments.Contains("-i") || arguments.Contains("-s") || arguments.Contains("su");
        if (name == "ssh")
            return CountWithoutOptions(arguments, SshValues) == 1;
        return Openers.Contains(name)
            || (
                Shells.Contains(name) && !arguments.Contains("-c") && CountWithoutOptions(arguments, "") == 0
            );
    }

    private static int CountWithoutOptions(ReadOnlySpan<string> words, string withValue)
    {
        var count = 0;
        for (var i = 0; i < words.Length; i++)
            if (!words[i].StartsWith('-'))
                count++;
            else if (words[i].Length == 2 && withValue.Contains(words[i][1]))
                i++;
        return count;
    }
}
