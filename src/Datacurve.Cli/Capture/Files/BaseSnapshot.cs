using System.Text.Json;
using Datacurve.Core;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// The commit that a recording starts from, its files in a blob: a tar from which the service rebuilds it
/// without the remote. What was uncommitted is not in it but is the first edits.
/// </summary>
internal sealed record BaseSnapshot
{
    private const string ArtifactName = "base_snapshot_blob_id";

    public required string CommitBase { get; init; }
    public required string TreeHash { get; init; }
    public string? Branch { get; init; }
    public required BlobId BlobId { get; init; }

    /// <summary>Folders of submodules, whose files are not recorded.</summary>
    public IReadOnlyList<string> Submodules { get; init; } = [];

    /// <summary>The trace with this as its base.</summary>
    public NewTrace In(NewTrace trace) =>
        trace with
        {
            Repo = trace.Repo with
            {
                CommitBase = CommitBase,
                DefaultBranch = trace.Repo.DefaultBranch ?? Branch,
                RepoFingerprint = new RepoFingerprint { TreeHash = TreeHash },
            },
            Artifacts = new Dictionary<string, JsonElement>(
                trace.Artifacts ?? new Dictionary<string, JsonElement>()
            )
            {
                [ArtifactName] = JsonElement.Parse($"\"{BlobId}\""),
            },
        };
}
