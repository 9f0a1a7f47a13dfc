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

    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(
            routes,
            "/health",
            "health",
            "Whether the service runs",
            "Answers 200 as long as the process does; whether the store works is for `/health/ready` to say.",
            Live
        );
        Map(
            routes,
            "/health/live",
            "health_live",
            "Whether the process answers",
            "Answers 200 as long as the process does, and asks nothing of the store.",
            Live
        );
        foreach (
            var route in Map(
                routes,
                "/health/ready",
                "health_ready",
                "Whether the store takes a write",
                "Answers 200 where the database and the folder that blobs come in by take a write and a bucket of "
                    + "blobs answers, and else 503.",
                ReadyAsync
            )
        )
            route.ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>By HEAD too, which is how monitors and <c>wget --spider</c> ask.</summary>
    private static RouteHandlerBuilder[] Map(
        IEndpointRouteBuilder routes,
        string path,
        string name,
        string summary,
        string description,
        Delegate handler
    ) =>
        [
            routes
                .MapGet(path, handler)
                .WithName(name)
                .AllowAnonymous()
                .WithSummary(summary)
                .WithDescription(description)
                .TakesAnyQuery()
                .Produces<Health>(),
            routes
                .MapMethods(path, [HttpMethods.Head], handler)
                .WithName($"{name}_head")
                .AllowAnonymous()
                .WithSummary($"{summary}, by the status alone")
                .WithDescription(description)
                .TakesAnyQuery()
                .Produces(StatusCodes.Status200OK),
        ];

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
