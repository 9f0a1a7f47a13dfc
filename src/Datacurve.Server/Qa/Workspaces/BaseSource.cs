using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Core.Redaction;
using Datacurve.Core.Traces;

namespace Datacurve.Server.Qa.Workspaces;

/// <summary>Where a trace's repository comes from.</summary>
internal abstract record BaseSource
{
    public const string SnapshotMember = "base_snapshot_blob_id";

    /// <summary>The same for the same content, as a folder name.</summary>
    public abstract string Key { get; }

    /// <summary>The snapshot that the client uploaded, else the remote.</summary>
    /// <exception cref="NotReproducibleException">The trace names neither, or in a form that is
    /// refused.</exception>
    public static BaseSource Of(NewTrace trace, bool allowFileRemotes)
    {
        var commit = trace.Repo.CommitBase;
        if (
            trace.Artifacts?.TryGetValue(SnapshotMember, out var json) == true
            && json.ValueKind != JsonValueKind.Null
        )
            return json.ValueKind == JsonValueKind.String && BlobId.TryParse(json.GetString(), out var blobId)
                ? new SnapshotSource(blobId, commit)
                : throw new NotReproducibleException($"artifacts.{SnapshotMember} is not a blob id");
        if (string.IsNullOrEmpty(trace.Repo.RemoteUrl))
            throw new NotReproducibleException("the trace has neither a base snapshot nor a remote_url");
        return GitTree.IsCommitName(commit)
            ? new RemoteSource(RemoteUrl.Parse(trace.Repo.RemoteUrl, allowFileRemotes), commit)
            : throw new NotReproducibleException("the commit_base is neither a hash nor a name of a commit");
    }

    protected static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..40];
}

/// <summary>
/// A tar or a bundle; of a bundle the commit says which tree. What is kept of it may differ between projects.
/// </summary>
internal sealed record SnapshotSource(BlobId BlobId, string Commit) : BaseSource
{
    public BlobId? Kept { get; init; }

    public override string Key => Hash($"{Kept ?? BlobId} {Commit}");
}

/// <summary>
/// A repository elsewhere, at a commit. It is redacted like what was sent, so that the diffs that were sent
/// apply to it.
/// </summary>
internal sealed record RemoteSource(RemoteUrl Url, string Commit) : BaseSource
{
    public Cleanser? Cleanser { get; init; }

    public override string Key =>
        Hash(Cleanser is null ? $"{Url.Value} {Commit}" : $"{Url.Value} {Commit} {Cleanser.Name}");
}
