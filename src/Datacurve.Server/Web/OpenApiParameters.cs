using System.Globalization;
using Microsoft.OpenApi;

namespace Datacurve.Server.Web;

/// <summary>What the OpenAPI document says of parameters, in paths and in queries.</summary>
internal static class OpenApiParameters
{
    private static readonly Dictionary<string, string> InPaths = new(StringComparer.Ordinal)
    {
        ["trace_id"] = "The UUID of a trace, as opening it gave it.",
        ["blob_id"] = "`sha256:` and the 64 lower-case hex digits of the SHA-256 of what was sent.",
        ["key_id"] = "The `key_id` of an API key, which is no secret.",
    };

    /// <param name="operation">The operation as the framework found it.</param>
    /// <param name="declared">What its endpoint says it takes in its query.</param>
    /// <exception cref="InvalidOperationException">The two are not the same.</exception>
    public static void Describe(OpenApiOperation operation, IEnumerable<QueryParameter> declared)
    {
        var byName = declared.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
            if (parameter.In == ParameterLocation.Path)
                parameter.Description = InPaths[parameter.Name!];
            else if (byName.Remove(parameter.Name!, out var query))
                Describe(parameter, query);
            else
                throw new InvalidOperationException(
                    $"{operation.OperationId} reads {parameter.Name} and does not declare it"
                );
        if (byName.Count > 0)
            throw new InvalidOperationException(
                $"{operation.OperationId} declares {byName.Keys.First()} and does not read it"
            );
    }

    private static void Describe(OpenApiParameter parameter, QueryParameter query)
    {
        parameter.Description = query.Text;
        var schema = query.IsFlag ? Schemas.Flag() : (OpenApiSchema)parameter.Schema!;
        parameter.Schema = schema;
        schema.Minimum = query.Min?.ToString(CultureInfo.InvariantCulture);
        schema.Maximum = query.Max?.ToString(CultureInfo.InvariantCulture);
        schema.Default = query.Default;
        if (query.Values.Count > 0)
            schema.Enum = Schemas.OneOf(query.Values).Enum;
    }
}
