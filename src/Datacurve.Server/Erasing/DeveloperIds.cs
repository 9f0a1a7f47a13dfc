using System.Text.Json;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Erasing;

/// <summary>
/// By which ids a project's traces may name a developer: the one that is asked for, and what stands for it
/// where redaction replaced something of it, as of one that looks like a token.
/// </summary>
internal sealed class DeveloperIds(Cleansers cleansers)
{
    /// <returns>One id, or two.</returns>
    public async Task<IReadOnlyList<string>> OfAsync(
        ProjectId project,
        string developerId,
        CancellationToken ct
    )
    {
        var cleanser = await cleansers.OfAsync(project, ct);
        // As a member of its name, since it is redacted otherwise than a text is.
        var asked = JsonSerializer.SerializeToUtf8Bytes(
            new NewErasure { DeveloperId = developerId },
            ServerJson.Default.NewErasure
        );
        var kept = cleanser.Document(asked, cleanser.NewReport());
        return
        [
            .. new[]
            {
                developerId,
                JsonSerializer.Deserialize(kept.Span, ServerJson.Default.NewErasure)!.DeveloperId,
            }.Distinct(StringComparer.Ordinal),
        ];
    }
}
