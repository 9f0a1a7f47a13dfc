using System.Globalization;
using Datacurve.Core.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Datacurve.Server.Web;

/// <summary>
/// Refuses a query that names what its endpoint does not take, or has a value that cannot be read. A misspelt
/// filter that is passed over gives back everything, and whoever reads that takes it for what was asked for.
/// </summary>
internal sealed class KnownQuery(RequestDelegate next)
{
    // Enough to be told of; whoever sends more has not misspelt one.
    private const int ErrorsMax = 20;

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.QueryString.HasValue || context.GetEndpoint() is not { } endpoint)
            return next(context);

        var query = context.Request.Query;
        List<FieldError> errors = [.. Unknown(query.Keys, endpoint), .. Unreadable(query, endpoint)];
        return errors.Count == 0 ? next(context) : Problem.Invalid(errors).ExecuteAsync(context);
    }

    private static IEnumerable<FieldError> Unknown(ICollection<string> sent, Endpoint endpoint)
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
        return sent.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Take(ErrorsMax)
            .Select(name => new FieldError(Problem.Cut(name), message, null));
    }

    /// <summary>The framework answers a value that it cannot read with a status alone.</summary>
    private static IEnumerable<FieldError> Unreadable(IQueryCollection query, Endpoint endpoint) =>
        from bound in endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
        where bound.HasTryParse
        let name = NameOf(bound)
        let value = query[name].ToString()
        // One that is empty counts as absent.
        where value.Length > 0
        let message = Refusal(bound.ParameterInfo.ParameterType, value)
        where message is not null
        select new FieldError(name, message, Problem.Cut(value));

    private static string NameOf(IParameterBindingMetadata bound) =>
        bound
            .ParameterInfo.GetCustomAttributes(inherit: false)
            .OfType<IFromQueryMetadata>()
            .FirstOrDefault()
            ?.Name
        ?? bound.Name;

    private static string? Refusal(Type type, string value)
    {
        var invariant = CultureInfo.InvariantCulture;
        return Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
        {
            TypeCode.Int32 => int.TryParse(value, invariant, out _) ? null : "must be an integer of 32 bits",
            TypeCode.Int64 => long.TryParse(value, invariant, out _) ? null : "must be an integer of 64 bits",
            TypeCode.Double => double.TryParse(value, invariant, out _) ? null : "must be a number",
            _ => QueryFlag.TryParse(value, out _) ? null : "must be true or false",
        };
    }

    // Pages are no part of the API, and have queries of their own.
    private static bool IsChecked(Endpoint endpoint) =>
        endpoint is RouteEndpoint
        && endpoint.Metadata.GetMetadata<TakesAnyQuery>() is null
        && endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>()
            is not { ExcludeFromDescription: true };
}
