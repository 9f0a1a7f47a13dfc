using System.Data.Common;
using System.Threading.Channels;
using Dapper;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Web;

internal sealed record Health(string Status);

/// <summary>
/// <c>/health</c> as every client knows it, <c>/health/live</c> (the process answers) and
/// <c>/health/ready</c> (the database and the folder that blobs come in by take a write, and a bucket of
/// blobs answers).
/// </summary>
internal static class HealthRoutes
{
    private static readonly Health Ok = new("ok");
    private static readonly string[] Head = [HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder routes)
    {
        Describe(
            routes.MapGet("/health", Live),
            routes.MapMethods("/health", Head, Live),
            "health",
            "Whether the service runs",
            "Answers 200 as long as the process does; whether the store works is for `/health/ready` to say."
        );
        Describe(
            routes.MapGet("/health/live", Live),
            routes.MapMethods("/health/live", Head, Live),
            "health_live",
            "Whether the process answers",
            "Answers 200 as long as the process does, and asks nothing of the store."
        );
        var ready = routes.MapGet("/health/ready", ReadyAsync);
        var readyByHead = routes.MapMethods("/health/ready", Head, ReadyAsync);
        Describe(
            ready,
            readyByHead,
            "health_ready",
            "Whether the store takes a write",
            "Answers 200 where the database and the folder that blobs come in by take a write and a bucket of "
                + "blobs answers, and else 503."
        );
        ready.ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        readyByHead.ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    /// <param name="get">The endpoint.</param>
    /// <param name="head">The same by HEAD, which is how monitors and <c>wget --spider</c> ask.</param>
    /// <param name="name">Its name.</param>
    /// <param name="summary">What it tells.</param>
    /// <param name="description">When it answers what.</param>
    private static void Describe(
        RouteHandlerBuilder get,
        RouteHandlerBuilder head,
        string name,
        string summary,
        string description
    )
    {
        get.WithName(name).WithSummary(summary).Produces<Health>();
        head.WithName($"{name}_head")
            .WithSummary($"{summary}, by the status alone")
            .Produces(StatusCodes.Status200OK);
        foreach (var endpoint in new[] { get, head })
            endpoint.AllowAnonymous().WithDescription(description).TakesAnyQuery();
    }

    private static IResult Live() => TypedResults.Json(Ok, ServerJson.Readable.Health);

    private static async Task<IResult> ReadyAsync(
        Database database,
        BlobStore blobs,
        BlobReadiness readiness,
        HttpResponse response,
        CancellationToken ct
    )
    {
        try
        {
            // A row that nobody sees: a statement that changes nothing is taken by a full disk as well.
            await database.WriteAsync(
                connection =>
                    connection.ExecuteAsync(
                        """
                        insert into sign_in_keys (name, xml) values (@name, '');
                        delete from sign_in_keys where name = @name
                        """,
                        new { name = $"ready-{Guid.NewGuid()}" }
                    ),
                ct
            );
            blobs.WriteScratch();
            return await readiness.IsReadyAsync()
                ? Live()
                : NotReady(response, "The bucket of blobs does not answer, or refuses.");
        }
        catch (Exception exception) when (exception is DbException or ChannelClosedException)
        {
            return NotReady(response, "The database takes no writes.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return NotReady(response, "The folder that blobs come in by takes no files.");
        }
    }

    private static IResult NotReady(HttpResponse response, string detail)
    {
        response.Headers.RetryAfter = "1";
        return Problem.Of(StatusCodes.Status503ServiceUnavailable, detail);
    }
}
