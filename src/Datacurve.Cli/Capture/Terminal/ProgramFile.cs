using System.Runtime.Versioning;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>Looks for a program as starting it would: by its path, or by its name in PATH.</summary>
[UnsupportedOSPlatform("windows")]
internal static class ProgramFile
{
    private const string UsualPath = "/usr/bin:/bin";
    private const UnixFileMode Execute =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static bool IsThere(string program) =>
        program.Contains('/')
            ? IsExecutable(program)
            : (Environment.GetEnvironmentVariable("PATH") ?? UsualPath)
                .Split(':')
                .Any(folder => IsExecutable(Path.Combine(folder, program)));

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & Execute) != UnixFileMode.None;
}
