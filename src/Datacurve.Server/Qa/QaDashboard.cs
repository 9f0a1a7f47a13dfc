using Datacurve.Server.Qa.Queues;
using Datacurve.Server.Web;
using Hangfire;
using Hangfire.Dashboard;
using Microsoft.AspNetCore.Authentication;

namespace Datacurve.Server.Qa;

/// <summary>
/// <c>/hangfire</c>: Hangfire's own pages about the queues, for callers with the scope <c>admin</c>, to look
/// at. Nothing can be changed there: what is to be done stands in the database.
/// </summary>
internal sealed class QaDashboard(QaBroker broker)
{
    public const string Path = "/hangfire";

    private static readonly DashboardOptions Settings = new()
    {
        DashboardTitle = "Datacurve QA",
        AppPath = null,
        // Who may come in was decided before.
        Authorization = [],
        IsReadOnlyFunc = _ => true,
        DisplayStorageConnectionString = false,
    };

    /// <summary>Behind the parts that say who is asking.</summary>
    public static void Map(IApplicationBuilder app) =>
        app.Map(
            Path,
            branch =>
                branch.Run(context =>
                    context.RequestServices.GetRequiredService<QaDashboard>().ShowAsync(context)
                )
        );

    private Task ShowAsync(HttpContext context)
    {
        if (context.Features.Get<Caller>() is not { } caller)
            return context.ChallengeAsync();
        if (!caller.Scopes.HasFlag(Scope.Admin))
            return Problem
                .Of(StatusCodes.Status403Forbidden, "This is for callers with the scope admin.")
                .ExecuteAsync(context);
        if (broker.Storage is not { } storage)
            return Problem
                .Of(StatusCodes.Status503ServiceUnavailable, "The broker was not reached yet.")
                .ExecuteAsync(context);

        var dashboard = new AspNetCoreDashboardMiddleware(
            missing =>
            {
                missing.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            },
            storage,
            Settings,
            DashboardRoutes.Routes
        );
        return dashboard.Invoke(context);
    }
}
