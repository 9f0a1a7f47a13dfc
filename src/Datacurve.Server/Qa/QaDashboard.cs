using Datacurve.Server.Qa.Queues;
using Datacurve.Server.Web;
using Hangfire;
using Hangfire.Dashboard;

namespace Datacurve.Server.Qa;

/// <summary>
/// <c>/hangfire</c>: Hangfire's own pages about the queues, for administrators, to look at. Nothing can be
/// changed there: what is to be done stands in the database.
/// </summary>
internal sealed class QaDashboard(QaBroker broker, AdminAccess access)
{
    public const string Path = "/hangfire";

    private static readonly DashboardOptions Settings = new()
    {
        DashboardTitle = "Datacurve QA",
        AppPath = null,
        // The access was decided before.
        Authorization = [],
        IsReadOnlyFunc = _ => true,
        DisplayStorageConnectionString = false,
    };

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
        if (!access.Allows(context))
            return access.RefuseAsync(context);
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
