using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Privacy;

/// <summary>
/// What a project's rows have for what a client names them by: the same, or what redaction left of it, as
/// of a developer's id that looks like a token.
/// </summary>
internal sealed class KeptNames(Cleansers cleansers)
{
    public Task<string> OfDeveloperAsync(ProjectId project, string developerId, CancellationToken ct) =>
        OfAsync(project, "developer", "developer_id", developerId, ct);

    public Task<string> OfRepoAsync(ProjectId project, string repoId, CancellationToken ct) =>
        OfAsync(project, "repo", "repo_id", repoId, ct);

    public Task<string> OfLabelAsync(ProjectId project, string label, CancellationToken ct) =>
        OfAsync(project, "task", "labels", label, ct);

    // In its place in the document that opens a trace, since it is redacted otherwise elsewhere.
    private async Task<string> OfAsync(
        ProjectId project,
        string parent,
        string member,
        string name,
        CancellationToken ct
    )
    {
        var cleanser = await cleansers.OfAsync(project, ct);
        var named = new JsonObject { [parent] = new JsonObject { [member] = name } };
        var kept = cleanser.Document(Encoding.UTF8.GetBytes(named.ToJsonString()), cleanser.NewReport());
        return JsonNode.Parse(kept.Span)![parent]![member]!.GetValue<string>();
    }
}
