using System.Text.Json.Nodes;
using Datacurve.Server.Traces;
using Microsoft.OpenApi;

namespace Datacurve.Server.Web;

/// <summary>Schemas of the values that answers are made of.</summary>
internal static class Schemas
{
    /// <summary>An object that has all of the members, and no value but theirs.</summary>
    public static OpenApiSchema Object(params (string Name, IOpenApiSchema Schema)[] members) =>
        new()
        {
            Type = JsonSchemaType.Object,
            Required = members.Select(member => member.Name).ToHashSet(),
            Properties = members.ToDictionary(member => member.Name, member => member.Schema),
        };

    public static OpenApiSchema ListOf(IOpenApiSchema item) =>
        new() { Type = JsonSchemaType.Array, Items = item };

    public static OpenApiSchema OrNull(IOpenApiSchema schema, string? description = null) =>
        new()
        {
            OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }],
            Description = description,
        };

    public static OpenApiSchema OneOf(params IEnumerable<string> values) =>
        new() { Type = JsonSchemaType.String, Enum = [.. values.Select(value => (JsonNode)value)] };

    public static OpenApiSchema Status() => OneOf(ListTraces.Statuses);

    public static OpenApiSchema Id() => new() { Type = JsonSchemaType.String, Format = "uuid" };

    public static OpenApiSchema Text(JsonSchemaType or = JsonSchemaType.String, string? description = null) =>
        new() { Type = JsonSchemaType.String | or, Description = description };

    public static OpenApiSchema Integer(
        JsonSchemaType or = JsonSchemaType.Integer,
        string? description = null
    ) =>
        new()
        {
            Type = JsonSchemaType.Integer | or,
            Format = "int64",
            Description = description,
        };

    public static OpenApiSchema Flag(
        JsonSchemaType or = JsonSchemaType.Boolean,
        string? description = null
    ) => new() { Type = JsonSchemaType.Boolean | or, Description = description };
}
