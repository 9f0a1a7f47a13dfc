using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Datacurve.Cli.Capture.Git;

/// <summary>Reads objects as they are stored, without any filter, one after the other.</summary>
internal sealed class GitObjects(GitReader git, int bytesMax) : IAsyncDisposable
{
    private Process? _process;

    /// <summary>The content of an object; null where it is not held, or too large.</summary>
    public async Task<byte[]?> ReadAsync(string name, CancellationToken ct)
    {
        _process ??= git.Start("cat-file", "--batch");
        await _process.StandardInput.BaseStream.WriteAsync(Encoding.ASCII.GetBytes(name + "\n"), ct);
        await _process.StandardInput.BaseStream.FlushAsync(ct);
        var output = _process.StandardOutput.BaseStream;

        // <object> SP <type> SP <size>, or <object> SP missing
        var fields = (await ReadLineAsync(output, ct)).Split(' ');
        if (fields is not [_, _, var size])
            return null;
        var length = long.Parse(size, CultureInfo.InvariantCulture);
        if (length > bytesMax)
        {
            // The next answer stands behind this one; another process has none in the way.
            await DisposeAsync();
            return null;
        }
        var content = new byte[length];
        await output.ReadExactlyAsync(content, ct);
        await output.ReadExactlyAsync(new byte[1], ct);
        return content;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<string> ReadLineAsync(Stream output, CancellationToken ct)
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (true)
        {
            if (await output.ReadAsync(next, ct) == 0)
                throw new GitException("git cat-file ended before it answered.");
            if (next[0] == '\n')
                return line.ToString();
            line.Append((char)next[0]);
        }
    }
}
