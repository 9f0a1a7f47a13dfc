using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Datacurve.Server.Auth;

/// <summary>
/// Composes who is let in: keys, sign-in by browser, scopes, rates, projects and the audit log.
/// </summary>
internal static class Access
{
    // Who is asking: a key, or a browser that has signed in.
    private const string ByCaller = "caller";

    // What to answer to who is not known: a browser is sent to sign in, a program is told 401.
    private const string ByClient = "client";

    public static void Add(IServiceCollection services, AccessOptions options)
    {
        services.AddSingleton<Keys>().AddSingleton<Projects>();
        services.AddSingleton<Sessions>().AddSingleton<OpenAccess>();
        services.AddSingleton<StillLetIn>(provider =>
            provider.GetRequiredService<OpenAccess>().StillLetsInAsync
        );
        services.AddSingleton<ProjectGuard>();
        services
            .AddSingleton<AuditLog>()
            .AddHostedService(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<ManageKeys>().AddSingleton<ManageProjects>().AddSingleton<ListAudit>();
        // Not all of authentication: the rest makes keys for cookies at each start and keeps them in the home
        // folder, and only signing in has use for cookies.
        services
            .AddAuthenticationCore(scheme =>
            {
                scheme.DefaultScheme = KeyAuthentication.Name;
                scheme.DefaultAuthenticateScheme = ByCaller;
                scheme.DefaultChallengeScheme = ByClient;
            })
            .AddWebEncoders();
        var authentication = new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, _ => { })
            .AddPolicyScheme(
                ByCaller,
                displayName: null,
                scheme =>
                    scheme.ForwardDefaultSelector = context =>
                        options.SignIn && SignIn.IsSignedIn(context.Request)
                            ? SignIn.CookieScheme
                            : KeyAuthentication.Name
            )
            .AddPolicyScheme(
                ByClient,
                displayName: null,
                scheme =>
                    scheme.ForwardDefaultSelector = context =>
                        options.SignIn && SignIn.IsPage(context.Request)
                            ? SignIn.ProviderScheme
                            : KeyAuthentication.Name
            );
        if (options.SignIn)
            SignIn.Add(services, authentication, options);
        services
            .AddAuthorizationBuilder()
            // What no route matched, or matched with another method, is told so and not asked for a key.
            .SetFallbackPolicy(
                new AuthorizationPolicyBuilder()
                    .RequireAssertion(asked => asked.Resource is not HttpContext context || !IsRoute(context))
                    .Build()
            );
        RateLimits.Add(services, options);
    }

    /// <summary>Puts the parts before the endpoints, in the order in which they need each other.</summary>
    public static void Use(WebApplication app)
    {
        app.UseAuthentication();
        app.Use(
            (context, next) =>
            {
                if (context.User.ToCaller() is { } caller)
                {
                    context.Features.Set(caller);
                    context.RequestServices.GetRequiredService<CurrentProject>().Id = caller.Project;
                }

                return next();
            }
        );
        app.UseMiddleware<CrossSiteGuard>();
        // Before what a caller may do is asked: its refusals are written down, and cost as much as an answer.
        app.UseRateLimiter();
        app.UseMiddleware<AuditMiddleware>();
        app.UseAuthorization();
        app.UseMiddleware<ProjectGuard.Middleware>();
        app.UseMiddleware<KnownQuery>();
    }

    public static void Map(IEndpointRouteBuilder routes, AccessOptions options)
    {
        ManageKeys.Map(routes);
        ManageProjects.Map(routes);
        ListAudit.Map(routes);
        WhoAmI.Map(routes);
        if (options.SignIn)
            SignIn.Map(routes);
    }

    private static bool IsRoute(HttpContext context) => context.GetEndpoint() is RouteEndpoint;
}
