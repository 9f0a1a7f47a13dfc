using System.Runtime.Versioning;
using System.Text;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// How a shell is started so that it marks its prompts and commands, with the user's own configuration read
/// as always. The scripts with the recording's nonces lie in a folder of the user's alone, which is gone as
/// soon as the shell has read them; the nonce of commands is in no variable, so that no program within can
/// come to know it.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ShellIntegration : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo? _folder;

    private ShellIntegration(DirectoryInfo? folder) => _folder = folder;

    public MarkNonces Nonces { get; } = MarkNonces.Random();

    /// <summary>Whether the shell is one that marks its commands.</summary>
    public bool IsMarked => _folder is not null;

    public IReadOnlyList<string> Arguments { get; private set; } = [];

    /// <summary>Variables that differ from our own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } =
        new Dictionary<string, string>();

    /// <summary>For a shell by its path; one that has no integration is started as it is.</summary>
    public static ShellIntegration For(string shell) =>
        Path.GetFileName(shell) switch
        {
            "bash" => Bash(),
            "zsh" => Zsh(),
            "fish" => Fish(),
            _ => None(),
        };

    /// <summary>For a program that is no shell.</summary>
    public static ShellIntegration None() => new(folder: null);

    /// <summary>
    /// Removes the scripts. Called once the shell has marked its first prompt, and at the end.
    /// </summary>
    public void Dispose()
    {
        try
        {
            _folder?.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Removed already.
        }
    }

    private static ShellIntegration Bash()
    {
        var folder = MakeFolder();
        var integration = new ShellIntegration(folder);
        var script = integration.Write(folder, "bashrc", "datacurve.bash", text => text);
        integration.Arguments = ["--rcfile", script];
        return integration;
    }

    private static ShellIntegration Fish()
    {
        var folder = MakeFolder();
        var integration = new ShellIntegration(folder);
        var script = integration.Write(folder, "datacurve.fish", "datacurve.fish", text => text);
        integration.Arguments = ["--init-command", $"source '{script}'"];
        return integration;
    }

    private static ShellIntegration Zsh()
    {
        var folder = MakeFolder();
        var integration = new ShellIntegration(folder);
        var own = System.Environment.GetEnvironmentVariable("ZDOTDIR");
        string Fill(string text) =>
            text.Replace("@FOLDER@", Quote(folder.FullName), StringComparison.Ordinal)
                .Replace("@HAD_ZDOTDIR@", own is null ? "''" : "1", StringComparison.Ordinal)
                .Replace("@ZDOTDIR@", Quote(own ?? ""), StringComparison.Ordinal);
        integration.Write(folder, ".zshenv", "datacurve.zshenv", Fill);
        integration.Write(folder, ".zshrc", "datacurve.zshrc", Fill);
        integration.Environment = new Dictionary<string, string> { ["ZDOTDIR"] = folder.FullName };
        return integration;
    }

    private static DirectoryInfo MakeFolder() => Directory.CreateTempSubdirectory("datacurve-shell-");

    private string Write(DirectoryInfo folder, string name, string resource, Func<string, string> fill)
    {
        using var stream =
            typeof(ShellIntegration).Assembly.GetManifestResourceStream($"shells/{resource}")
            ?? throw new InvalidOperationException($"{resource} is not built in");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = fill(reader.ReadToEnd())
            .Replace("@NONCE@", Nonces.OfCommands, StringComparison.Ordinal)
            .Replace("@PROMPT_NONCE@", Nonces.OfPrompts, StringComparison.Ordinal);
        var path = Path.Combine(folder.FullName, name);
        using var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = Private,
            }
        );
        file.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
