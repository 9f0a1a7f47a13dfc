using System.Diagnostics;
using System.Globalization;
using Datacurve.Cli.Client;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Spool;
using Datacurve.Core;

namespace Datacurve.Cli.Commands;

/// <summary>One thing that was looked at.</summary>
internal sealed record CheckupFinding(string What, string State, string Found, string? ToDo)
{
    public const string Ok = "ok";

    /// <summary>Recording works, with something less.</summary>
    public const string Note = "note";
    public const string Bad = "bad";
}

/// <summary>Looks at everything that a recording needs of a machine.</summary>
internal sealed class Checkup(TimeProvider time)
{
    private const long RoomBytesMin = 1L << 30;
    private const int WatchesMin = 65_536;
    private const string WatchesPath = "/proc/sys/fs/inotify/max_user_watches";
    private static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(60);

    public async Task<IReadOnlyList<CheckupFinding>> RunAsync(Uri service, CancellationToken ct)
    {
        List<CheckupFinding> findings = [Version(), Shell(), await GitAsync(ct), .. Watches(), Room()];
        findings.AddRange(await ServiceAsync(service, ct));
        return findings;
    }

    private static CheckupFinding Version()
    {
        var version = typeof(Checkup).Assembly.GetName().Version?.ToString(3);
        return OperatingSystem.IsWindows()
            ? Bad("datacurve", $"{version} on Windows", "Recording needs a Unix terminal: use it within WSL.")
            : Ok(
                "datacurve",
                $"{version}, {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}"
            );
    }

    private static CheckupFinding Shell()
    {
        var shell = Environment.GetEnvironmentVariable("SHELL");
        return Path.GetFileName(shell) switch
        {
            "bash" or "zsh" or "fish" => Ok("shell", shell!),
            _ => Note(
                "shell",
                string.IsNullOrEmpty(shell) ? "$SHELL is not set" : shell,
                "Commands are told apart in bash, zsh and fish; with others the whole session is one output. "
                    + "Try `datacurve record --shell bash`."
            ),
        };
    }

    private static async Task<CheckupFinding> GitAsync(CancellationToken ct)
    {
        try
        {
            var result = await ChildProcess.RunAsync(new ProcessStartInfo("git", ["--version"]), ct);
            return result.ExitCode == 0
                ? Ok("git", result.StdoutText.Trim())
                : Bad("git", result.StderrText.Trim(), "Repair git.");
        }
        catch (DemoException)
        {
            return Bad("git", "not found", "Install git: a recording is of a git repository.");
        }
    }

    private static IEnumerable<CheckupFinding> Watches()
    {
        if (!File.Exists(WatchesPath))
            yield break;
        var watches = int.Parse(File.ReadAllText(WatchesPath).Trim(), CultureInfo.InvariantCulture);
        yield return watches >= WatchesMin
            ? Ok("inotify", $"{Quantity.Of(watches, "folder")} can be watched")
            : Note(
                "inotify",
                $"{Quantity.Of(watches, "folder")} can be watched",
                $"In a large repository that is too few: sysctl fs.inotify.max_user_watches={WatchesMin * 8}"
            );
    }

    private static CheckupFinding Room()
    {
        var folder = UserFolders.Data();
        try
        {
            DurableFile.CreateFolder(folder);
            var probe = Path.Combine(folder, $"doctor-{Guid.NewGuid():N}");
            DurableFile.Open(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None).Dispose();
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Bad(
                "disk",
                $"{folder} cannot be written: {e.Message}",
                "Make it yours, or set XDG_DATA_HOME to a folder that is."
            );
        }
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var found = $"{Rendering.Sizes.Text(free)} free for {folder}";
        return free >= RoomBytesMin
            ? Ok("disk", found)
            : Note("disk", found, "Make room, or set XDG_DATA_HOME to a folder that has some.");
    }

    private async Task<IReadOnlyList<CheckupFinding>> ServiceAsync(Uri url, CancellationToken ct)
    {
        using var client = ServiceConnection.Open(url);
        try
        {
            var skew = await client.ClockSkewAsync(time, ct);
            return
            [
                Ok("service", $"{client.Url} answers"),
                skew.Duration() <= SkewMax
                    ? Ok("clock", "agrees with the service's")
                    : Note(
                        "clock",
                        $"{skew.TotalSeconds:0} s from the service's",
                        "Let the machine keep its time."
                    ),
            ];
        }
        catch (ServiceException e)
        {
            return
            [
                Note(
                    "service",
                    e.Message,
                    "Recording works without it. Say where it is with `datacurve login`, then `datacurve push`."
                ),
            ];
        }
    }

    private static CheckupFinding Ok(string what, string found) => new(what, CheckupFinding.Ok, found, null);

    private static CheckupFinding Note(string what, string found, string toDo) =>
        new(what, CheckupFinding.Note, found, toDo);

    private static CheckupFinding Bad(string what, string found, string toDo) =>
        new(what, CheckupFinding.Bad, found, toDo);
}
