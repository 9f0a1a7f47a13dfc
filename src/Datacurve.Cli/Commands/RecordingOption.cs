using System.CommandLine;
using Datacurve.Cli.Spool;
using Datacurve.Cli.Spool.Control;

namespace Datacurve.Cli.Commands;

/// <summary>
/// Which recording a command means: <c>--recording</c>, or the one whose shell it is typed in, or the newest
/// of the repository one stands in.
/// </summary>
internal sealed class RecordingOption
{
    /// <summary>Set by the recorder in the shell that it records: the recording's id.</summary>
    public const string Variable = "DATACURVE_RECORDING";

    public Option<string?> Option { get; } =
        new("--recording")
        {
            Description = "Which recording, by the beginning of its id; else that of this repository",
            HelpName = "id",
        };

    /// <exception cref="RecordingException">There is none.</exception>
    public (RecordingStore Store, RecordingFolder Files, RecordingManifest Manifest) Find(ParseResult parsed)
    {
        var store = RecordingStore.OfUser();
        var within = Environment.GetEnvironmentVariable(Variable);
        if ((parsed.GetValue(Option) ?? within) is { Length: > 0 } id)
        {
            var (files, manifest) = store.Find(id);
            return (store, files, manifest);
        }
        var here = Environment.CurrentDirectory;
        var found = store
            .List()
            .Where(entry => IsWithin(here, entry.Manifest.RepositoryRoot))
            .OrderBy(entry =>
                entry.Files.IsFinalized() switch
                {
                    false => 0,
                    true => 1,
                    null => 2,
                }
            )
            .ThenByDescending(entry => entry.Manifest.RepositoryRoot.Length)
            .FirstOrDefault();
        return found.Files is not null
            ? (store, found.Files, found.Manifest)
            : throw new RecordingException(
                $"There is no recording of a repository at {here}. `datacurve record` starts one, "
                    + "`datacurve status --all` lists those of other places, and damaged ones."
            );
    }

    /// <summary>Finds the recording and opens it, or reaches the process that records.</summary>
    public async Task<RecordingAccess> OpenAsync(ParseResult parsed, CancellationToken ct)
    {
        var (store, _, manifest) = Find(parsed);
        return await RecordingAccess.OpenAsync(store, manifest.RecordingId, TimeProvider.System, ct);
    }

    private static bool IsWithin(string path, string root) =>
        path == root || path.StartsWith(root.TrimEnd('/') + '/', StringComparison.Ordinal);
}
