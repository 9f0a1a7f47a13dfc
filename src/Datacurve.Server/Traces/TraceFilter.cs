using Datacurve.Server.Web;
using Microsoft.AspNetCore.Mvc;

namespace Datacurve.Server.Traces;

/// <summary>What to look for; times are Unix milliseconds, the later one excluded.</summary>
/// <remarks>
/// Properties, since the generator of request delegates makes code of a constructor's nullable references
/// that does not compile.
/// </remarks>
internal sealed record TraceFilter
{
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    [FromQuery(Name = "repo_id")]
    public string? RepoId { get; init; }

    [FromQuery(Name = "developer_id")]
    public string? DeveloperId { get; init; }

    [FromQuery(Name = "label")]
    public string? Label { get; init; }

    [FromQuery(Name = "created_after_ms")]
    public long? CreatedAfterMs { get; init; }

    [FromQuery(Name = "created_before_ms")]
    public long? CreatedBeforeMs { get; init; }

    [FromQuery(Name = "overall_min")]
    public double? OverallMin { get; init; }

    [FromQuery(Name = "passed")]
    public QueryFlag? Passed { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }
}
