using System.Data.Common;
using System.Threading.Channels;
using Dapper;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Web;

internal sealed record Health(string Status);

/// <summary>
/// <c>/health</c> as every client knows it, <c>/health/live</c> (the process answers) and
/// <c>/health/ready</c> (the store takes a write).
/// </summary>
internal static class HealthRoutes
{
    private static readonly Health Ok = new("ok");

    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/health", "health", "Whether the service runs", Live);
        Map(routes, "/health/live", "health_live", "Whether the process answers", Live);
        foreach (
            var route in Map(
                routes,
                "/health/ready",
                "health_ready",
                "Whether the store takes a write",
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
        Delegate handler
    ) =>
        [
            routes
                .MapGet(path, handler)
                .WithName(name)
                .AllowAnonymous()
                .WithSummary(summary)
                .Produces<Health>(),
            routes
                .MapMethods(path, [HttpMethods.Head], handler)
                .WithName($"{name}_head")
                .AllowAnonymous()
                .WithSummary($"{summary}, by the status alone")
                .Produces(StatusCodes.Status200OK),
        ];

    private static IResult Live() => TypedResults.Json(Ok, ServerJson.Default.Health);

    private static async Task<IResult> ReadyAsync(
        Database database,
        HttpResponse response,
        CancellationToken ct
    )
    {
        try
        {
            await database.WriteAsync(
                connection => connection.ExecuteAsync("delete from traces where 1 = 0"),
                ct
            );
            return Live();
        }
        catch (Exception exception) when (exception is DbException or ChannelClosedException)
        {
            response.Headers.RetryAfter = "1";
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "The database takes no writes.");
        }
    }
}
