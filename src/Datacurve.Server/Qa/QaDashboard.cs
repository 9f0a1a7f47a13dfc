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
internal sealed class QaDashboard(QaBroker broker, TimeProvider time)
{
    public const string Path = "/hangfire";

    /// <summary>How long a request waits for the broker: a service may listen before it is reached.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

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
        return caller.Scopes.HasFlag(Scope.Admin)
            ? ShowQueuesAsync(context)
            : Problem
                .Of(StatusCodes.Status403Forbidden, "This is for callers with the scope admin.")
                .ExecuteAsync(context);
    }

    private async Task ShowQueuesAsync(HttpContext context)
    {
        JobStorage storage;
        try
        {
            storage = await broker.ReachedAsync(context.RequestAborted).WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            await Problem
                .Of(StatusCodes.Status503ServiceUnavailable, "The broker was not reached yet.")
                .ExecuteAsync(context);
            return;
        }

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
        await dashboard.Invoke(context);
    }
}
