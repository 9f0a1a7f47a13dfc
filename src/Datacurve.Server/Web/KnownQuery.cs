using Datacurve.Core.Json;

namespace Datacurve.Server.Web;

/// <summary>
/// Refuses a query that names what its endpoint does not take. A misspelt filter that is passed over gives
/// back everything, and whoever reads that takes it for what was asked for.
/// </summary>
internal sealed class KnownQuery(RequestDelegate next)
{
    // Enough to be told of; whoever sends more has not misspelt one.
    private const int ErrorsMax = 20;

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.QueryString.HasValue || context.GetEndpoint() is not { } endpoint)
            return next(context);

        var errors = Check(context.Request.Query.Keys, endpoint);
        return errors.Count == 0 ? next(context) : Problem.Invalid(errors).ExecuteAsync(context);
    }

    private static List<FieldError> Check(ICollection<string> sent, Endpoint endpoint)
    {
        if (!IsChecked(endpoint))
            return [];

        string[] known =
        [
            .. endpoint.Metadata.GetOrderedMetadata<QueryParameter>().Select(parameter => parameter.Name),
        ];
        var message =
            known.Length == 0
                ? "is no parameter of this path, which takes none"
                : $"is no parameter of this path, which takes {string.Join(", ", known)}";
        // The framework reads parameters in any case.
        return
        [
            .. sent.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase))
                .Take(ErrorsMax)
                .Select(name => new FieldError(Problem.Cut(name), message, null)),
        ];
    }

    // Pages are no part of the API, and have queries of their own.
    private static bool IsChecked(Endpoint endpoint) =>
        endpoint is RouteEndpoint
        && endpoint.Metadata.GetMetadata<TakesAnyQuery>() is null
        && endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>()
            is not { ExcludeFromDescription: true };
}
