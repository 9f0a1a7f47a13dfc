using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// How a shell is started so that it marks its prompts and commands, with the user's own configuration read
/// as always. The scripts with the recording's nonce lie in a folder of the user's alone, which is gone as
/// soon as the shell has read them; the nonce is in no environment, so that no program within can know it.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ShellIntegration : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo? _folder;

    private ShellIntegration(DirectoryInfo? folder, string nonce) => (_folder, Nonce) = (folder, nonce);

    /// <summary>What each mark of this shell carries: 128 random bits in hex.</summary>
    public string Nonce { get; }

    /// <summary>Whether the shell is one that marks its commands.</summary>
    public bool IsMarked => _folder is not null;

    public IReadOnlyList<string> Arguments { get; private init; } = [];

    /// <summary>Variables that differ from our own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private init; } =
        new Dictionary<string, string>();

    /// <summary>For a shell by its path; one that has no integration is started as it is.</summary>
    public static ShellIntegration For(string shell)
    {
        var nonce = RandomNumberGenerator.GetHexString(32, lowercase: true);
        return Path.GetFileName(shell) switch
        {
            "bash" => Bash(nonce),
            "zsh" => Zsh(nonce),
            "fish" => Fish(nonce),
            _ => None(nonce),
        };
    }

    /// <summary>For a program that is no shell.</summary>
    public static ShellIntegration None() => None(RandomNumberGenerator.GetHexString(32, lowercase: true));

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

    private static ShellIntegration None(string nonce) => new(null, nonce);

    private static ShellIntegration Bash(string nonce)
    {
        var folder = MakeFolder();
        var script = Write(folder, "bashrc", "datacurve.bash", text => text, nonce);
        return new ShellIntegration(folder, nonce) { Arguments = ["--rcfile", script] };
    }

    private static ShellIntegration Fish(string nonce)
    {
        var folder = MakeFolder();
        var script = Write(folder, "datacurve.fish", "datacurve.fish", text => text, nonce);
        return new ShellIntegration(folder, nonce) { Arguments = ["--init-command", $"source '{script}'"] };
    }

    private static ShellIntegration Zsh(string nonce)
    {
        var folder = MakeFolder();
        var own = System.Environment.GetEnvironmentVariable("ZDOTDIR");
        string Fill(string text) =>
            text.Replace("@FOLDER@", Quote(folder.FullName), StringComparison.Ordinal)
                .Replace("@HAD_ZDOTDIR@", own is null ? "''" : "1", StringComparison.Ordinal)
                .Replace("@ZDOTDIR@", Quote(own ?? ""), StringComparison.Ordinal);
        Write(folder, ".zshenv", "datacurve.zshenv", Fill, nonce);
        Write(folder, ".zshrc", "datacurve.zshrc", Fill, nonce);
        return new ShellIntegration(folder, nonce)
        {
            Environment = new Dictionary<string, string> { ["ZDOTDIR"] = folder.FullName },
        };
    }

    private static DirectoryInfo MakeFolder() => Directory.CreateTempSubdirectory("datacurve-shell-");

    private static string Write(
        DirectoryInfo folder,
        string name,
        string resource,
        Func<string, string> fill,
        string nonce
    )
    {
        using var stream =
            typeof(ShellIntegration).Assembly.GetManifestResourceStream($"shells/{resource}")
            ?? throw new InvalidOperationException($"{resource} is not built in");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = fill(reader.ReadToEnd()).Replace("@NONCE@", nonce, StringComparison.Ordinal);
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
