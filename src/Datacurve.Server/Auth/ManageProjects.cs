using System.Text.RegularExpressions;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Auth;

/// <summary>What a project is to be.</summary>
internal sealed record NewProject
{
    public required string Name { get; init; }
}

/// <summary>
/// A project as it is listed. <c>RetentionDays</c> is for how many days its traces are kept, 0 for ever; null
/// as the service keeps all.
/// </summary>
internal sealed record ListedProject(
    string ProjectId,
    string Name,
    long CreatedAtMs,
    string Mode,
    long? RetentionDays
)
{
    public static ListedProject Of(ProjectRow row) =>
        new(Ids.ToGuid(row.ProjectId).ToString(), row.Name, row.CreatedAtMs, row.Mode, row.RetentionDays);
}

internal sealed record ListedProjects(IReadOnlyList<ListedProject> Projects);

/// <summary><c>/admin/projects</c>: make and list projects.</summary>
internal sealed partial class ManageProjects(Projects projects, Options options, TimeProvider time)
{
    private static readonly JsonBody<NewProject> Body = new(ServerJson.Readable.NewProject);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/admin/projects",
                (HttpContext context, ManageProjects slice, CancellationToken ct) =>
                    slice.CreateAsync(context, ct)
            )
            .WithName("create_project")
            .WithSummary("Make a project")
            .WithDescription("Makes a project, whose traces and blobs only its own keys reach.")
            .Produces<ListedProject>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .RequireScope(Scope.Admin);
        routes
            .MapGet("/admin/projects", (ManageProjects slice) => slice.ListAsync())
            .WithName("list_projects")
            .WithSummary("Every project")
            .WithDescription("All projects of the service, with how long each keeps its traces.")
            .Produces<ListedProjects>()
            .RequireScope(Scope.Admin);
    }

    private async Task<IResult> CreateAsync(HttpContext context, CancellationToken ct)
    {
        var body = await Body.ReadAsync(context.Request, options.Limits, ct);
        if (!body.IsTaken)
            return body.Refusal;
        var name = body.Sent.Name;
        if (!IsName(name))
            return Problem.Invalid("name", NameRule, Problem.Cut(name));
        if (await projects.CreateAsync(name, ct) is not { } projectId)
            return Problem.Of(StatusCodes.Status409Conflict, $"There is a project {name} already.");

        context.Features.Set(new AuditSubject(Subject: projectId.ToString()));
        return TypedResults.Json(
            new ListedProject(
                projectId.ToString(),
                name,
                time.GetUtcNow().ToUnixTimeMilliseconds(),
                ProjectModes.Redacted,
                RetentionDays: null
            ),
            ServerJson.Readable.ListedProject,
            statusCode: StatusCodes.Status201Created
        );
    }

    private async Task<IResult> ListAsync() =>
        TypedResults.Json(
            new ListedProjects([.. (await projects.ListAsync()).Select(ListedProject.Of)]),
            ServerJson.Readable.ListedProjects
        );

    public const string NameRule =
        "must be 1 to 64 of a-z, 0-9, '.', '_' and '-', and begin with a letter or digit";

    public static bool IsName(string name) => NamePattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();
}
