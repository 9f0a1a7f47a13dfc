using System.ComponentModel;
using System.Diagnostics;
using Datacurve.Cli.Spool;

namespace Datacurve.Cli.Commands;

/// <summary>Lets a person write a text in the editor they have chosen.</summary>
internal static class TextEditor
{
    private static readonly string[] Variables = ["VISUAL", "EDITOR"];

    /// <exception cref="RecordingException">There is no editor, or it failed.</exception>
    public static async Task<string> WriteAsync(string folder, CancellationToken ct)
    {
        var path = Path.Combine(folder, $"note-{Environment.ProcessId}.txt");
        await using (DurableFile.Open(path, FileMode.Create, FileAccess.Write, FileShare.Read)) { }
        try
        {
            var start = StartOf(path);
            using var editor = Process.Start(start)!;
            await editor.WaitForExitAsync(ct);
            return editor.ExitCode == 0
                ? await File.ReadAllTextAsync(path, ct)
                : throw new RecordingException(
                    $"The editor ended with {editor.ExitCode}; nothing was noted."
                );
        }
        catch (Win32Exception e)
        {
            throw new RecordingException($"The editor cannot be started: {e.Message}. Set $EDITOR.", e);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // $EDITOR may have arguments, and by convention a shell reads it.
    private static ProcessStartInfo StartOf(string path)
    {
        var chosen = Variables
            .Select(Environment.GetEnvironmentVariable)
            .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
        return new ProcessStartInfo("/bin/sh", ["-c", $"{chosen ?? "vi"} \"$1\"", "sh", path]);
    }
}
