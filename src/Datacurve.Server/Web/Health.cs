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
        routes
            .MapGet("/health", Live)
            .WithName("health")
            .AllowAnonymous()
            .WithSummary("Whether the service runs")
            .Produces<Health>();
        routes
            .MapGet("/health/live", Live)
            .WithName("health_live")
            .AllowAnonymous()
            .WithSummary("Whether the process answers")
            .Produces<Health>();
        routes
            .MapGet("/health/ready", ReadyAsync)
            .WithName("health_ready")
            .AllowAnonymous()
            .WithSummary("Whether the store takes a write")
            .Produces<Health>()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

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
