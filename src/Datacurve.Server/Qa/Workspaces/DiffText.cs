using System.Globalization;
using System.Text;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>Writes changes as the diff that git would show, for people and judges to read.</summary>
internal sealed class DiffText(GitCommand git)
{
    private const int DiffBytesMax = PatchLimits.PatchBytesMax;

    /// <param name="changes">The changes, relative to the base.</param>
    /// <param name="scratch">A folder that does not exist; gone again after.</param>
    /// <param name="ct">Ends git.</param>
    public async Task<string> WriteAsync(
        IReadOnlyList<FileChange> changes,
        string scratch,
        CancellationToken ct
    )
    {
        if (changes.Count == 0)
            return "";
        Directory.CreateDirectory(scratch);
        try
        {
            await RunAsync(scratch, ["init", "--quiet", "--bare", "--template=", "."], input: null, ct);
            await RunAsync(
                scratch,
                ["fast-import", "--quiet"],
                (s, token) => ImportAsync(changes, s, token),
                ct
            );
            var call = new GitCall
            {
                Directory = scratch,
                Arguments = ["diff", "--no-color", "--no-ext-diff", "--no-textconv", "before", "after"],
            };
            var (exit, output) = await git.ReadAsync(call, DiffBytesMax, ct);
            return exit.Code == 0
                ? Encoding.UTF8.GetString(output)
                : throw new InfrastructureException($"git diff failed: {exit.Errors}");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private async Task RunAsync(
        string scratch,
        string[] arguments,
        Func<Stream, CancellationToken, Task>? input,
        CancellationToken ct
    )
    {
        var call = new GitCall
        {
            Directory = scratch,
            Arguments = arguments,
            Input = input,
        };
        var exit = await git.RunAsync(call, ct);
        if (exit.Code != 0)
            throw new InfrastructureException($"git {arguments[0]} failed: {exit.Errors}");
    }

    private static async Task ImportAsync(
        IReadOnlyList<FileChange> changes,
        Stream input,
        CancellationToken ct
    )
    {
        await CommitAsync("before", from: null, input, ct);
        foreach (var change in changes)
            if (change.Before is { } before)
                await FileAsync(change.Path, before, input, ct);
        await CommitAsync("after", from: "before", input, ct);
        foreach (var change in changes)
            if (change.After is null)
                await LineAsync($"D {Quote(change.Path)}", input, ct);
        foreach (var change in changes)
            if (change.After is { } after)
                await FileAsync(change.Path, after, input, ct);
    }

    private static async Task CommitAsync(string branch, string? from, Stream input, CancellationToken ct)
    {
        await LineAsync($"commit refs/heads/{branch}\ncommitter Datacurve <> 0 +0000\ndata 0", input, ct);
        if (from is not null)
            await LineAsync($"from refs/heads/{from}", input, ct);
    }

    private static async Task FileAsync(string path, FileState file, Stream input, CancellationToken ct)
    {
        var mode = file.Mode switch
        {
            FileMode.Executable => "100755",
            FileMode.SymbolicLink => "120000",
            _ => "100644",
        };
        var length = file.Content.Length.ToString(CultureInfo.InvariantCulture);
        await LineAsync($"M {mode} inline {Quote(path)}\ndata {length}", input, ct);
        await input.WriteAsync(file.Content, ct);
        await LineAsync("", input, ct);
    }

    private static ValueTask LineAsync(string line, Stream input, CancellationToken ct) =>
        input.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), ct);

    private static string Quote(string path)
    {
        var escaped = new StringBuilder(path)
            .Replace("\\", "\\\\")
            .Replace("\"", "\\\"")
            .Replace("\n", "\\n");
        return $"\"{escaped}\"";
    }
}
