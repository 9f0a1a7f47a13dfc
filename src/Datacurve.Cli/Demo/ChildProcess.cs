using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Datacurve.Cli.Demo;

/// <summary>What a command that has ended printed.</summary>
internal sealed record CommandResult(int ExitCode, byte[] Stdout, byte[] Stderr, TimeSpan Duration)
{
    public string StdoutText => Encoding.UTF8.GetString(Stdout);
    public string StderrText => Encoding.UTF8.GetString(Stderr);
}

/// <summary>
/// Something that the demo needs is not there or did not work; the message says what to do.
/// </summary>
internal sealed class DemoException(string message, Exception? inner = null) : Exception(message, inner);

internal static class ChildProcess
{
    /// <summary>No command of a demo takes this long on any machine; one that does hangs.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Runs a command to its end, with nothing on its standard input; cancelling kills it and its children.
    /// </summary>
    /// <exception cref="DemoException">There is no such program, or it runs for too long.</exception>
    public static async Task<CommandResult> RunAsync(ProcessStartInfo start, CancellationToken ct)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var started = TimeProvider.System.GetTimestamp();
        using var process = new Process { StartInfo = start };
        Start(process);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(TimeMax);
        try
        {
            process.StandardInput.Close();
            var stdout = ReadAsync(process.StandardOutput, timeout.Token);
            var stderr = ReadAsync(process.StandardError, timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            var duration = TimeProvider.System.GetElapsedTime(started);
            return new CommandResult(process.ExitCode, await stdout, await stderr, duration);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            throw new DemoException($"{start.FileName} did not end within {TimeMax.TotalMinutes} minutes");
        }
    }

    /// <exception cref="DemoException">There is no such program.</exception>
    public static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new DemoException(
                $"{process.StartInfo.FileName} is needed, and cannot be started here: {e.Message}",
                e
            );
        }
    }

    private static async Task<byte[]> ReadAsync(StreamReader reader, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        await reader.BaseStream.CopyToAsync(bytes, ct);
        return bytes.ToArray();
    }
}
