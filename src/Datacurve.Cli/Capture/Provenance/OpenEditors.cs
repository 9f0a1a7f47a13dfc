using System.Diagnostics;

namespace Datacurve.Cli.Capture.Provenance;

/// <summary>
/// Whether an editor runs on this machine, wherever its window is. No system tells who wrote a file, so that
/// what is saved while one runs may be its work. Not thread-safe.
/// </summary>
internal sealed class OpenEditors(TimeProvider time)
{
    // An assistant may write many files at once.
    private static readonly TimeSpan KnownFor = TimeSpan.FromSeconds(1);

    // As the system has them, which cuts a name at fifteen bytes. Those on a terminal are CommandKinds'.
    private static readonly HashSet<string> Windows =
    [
        "code",
        "code-insiders",
        "codium",
        "cursor",
        "windsurf",
        "zed",
        "zed-editor",
        "lapce",
        "subl",
        "sublime_text",
        "gvim",
        "neovide",
        "gedit",
        "gnome-text-edit",
        "kate",
        "kwrite",
        "mousepad",
        "geany",
        "idea",
        "pycharm",
        "webstorm",
        "phpstorm",
        "goland",
        "rider",
        "clion",
        "rubymine",
        "rustrover",
        "studio",
        "eclipse",
    ];

    // Of editors that run in another program, a part of its path: VS Code's and its kin's servers, JetBrains.
    private static readonly string[] Hosts =
    [
        "code-server/",
        "cursor-server/",
        "windsurf-server/",
        "/jbr/bin/java",
    ];

    private long _lookedAt;
    private bool _areThere;

    public bool AreThere()
    {
        if (_lookedAt == 0 || time.GetElapsedTime(_lookedAt) > KnownFor)
            (_lookedAt, _areThere) = (time.GetTimestamp(), OperatingSystem.IsLinux() ? LookLinux() : Look());
        return _areThere;
    }

    private static bool Look() => Process.GetProcesses().Any(process => IsEditor(process.ProcessName));

    private static bool LookLinux() =>
        Directory
            .EnumerateDirectories("/proc")
            .Any(folder => char.IsAsciiDigit(folder[6]) && IsEditorAt(folder));

    private static bool IsEditorAt(string process)
    {
        try
        {
            // Another user's program is not to be read, and this user's files are not its own.
            return File.ResolveLinkTarget($"{process}/exe", returnFinalTarget: false)
                    is { FullName: var path }
                && (IsEditor(File.ReadAllText($"{process}/comm").TrimEnd('\n')) || Hosts.Any(path.Contains));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsEditor(string name) => Windows.Contains(name) || CommandKinds.IsEditor(name);
}
