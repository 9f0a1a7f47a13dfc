using System.Diagnostics;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>What the local sandbox has to know about the machine it is on.</summary>
internal static class LocalMachine
{
    public static bool IsRoot => Environment.UserName == "root" || Environment.IsPrivilegedProcess;

    /// <summary>The system that commands run on, as an image reference: <c>local:debian-12</c>.</summary>
    public static string Reference()
    {
        var release = File.Exists("/etc/os-release")
            ? File.ReadLines("/etc/os-release")
                .Select(line => line.Split('=', 2))
                .Where(pair => pair.Length == 2)
                .GroupBy(pair => pair[0])
                .ToDictionary(pairs => pairs.Key, pairs => pairs.Last()[1].Trim('"', '\''))
            : [];
        var id = release.GetValueOrDefault("ID", "linux");
        return release.TryGetValue("VERSION_ID", out var version) ? $"local:{id}-{version}" : $"local:{id}";
    }

    /// <summary>
    /// Where python3 is installed, when that is outside of /usr, else empty; and its version, null where
    /// there is none.
    /// </summary>
    public static async Task<(string Prefix, string? Version)> PythonAsync(CancellationToken ct)
    {
        const string Question = "import platform, sys; print(platform.python_version(), sys.base_prefix)";
        if (await AskAsync("python3", ["-I", "-c", Question], ct) is not { } answer)
            return ("", null);
        var space = answer.IndexOf(' ');
        var prefix = answer[(space + 1)..];
        var isInUsr = prefix == "/usr" || prefix.StartsWith("/usr/", StringComparison.Ordinal);
        return (isInUsr ? "" : prefix, answer[..space]);
    }

    /// <summary>What a program of this machine prints, or null where it is missing or fails.</summary>
    private static async Task<string?> AskAsync(string program, string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!; // null is for shell execution only
            var output = process.StandardOutput.ReadToEndAsync(ct);
            await process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0 ? (await output).Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
