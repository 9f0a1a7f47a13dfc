using System.Text.Json.Nodes;
using Datacurve.Core.Json;
using Microsoft.OpenApi;

namespace Datacurve.Server.Web;

/// <summary>Writes shapes as schemas, records as components under their names.</summary>
internal sealed class SchemaWriter(OpenApiDocument api)
{
    public OpenApiDocument Document => api;

    public IOpenApiSchema Of(Shape shape) =>
        shape.Source is { } source ? Component(source.Name, Inline(shape)) : Inline(shape);

    public OpenApiSchemaReference Component(string name, IOpenApiSchema schema)
    {
        api.Components ??= new OpenApiComponents();
        api.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        api.Components.Schemas[name] = schema;
        return new OpenApiSchemaReference(name, api);
    }

    public OpenApiSchema Inline(Shape shape)
    {
        var schema = new OpenApiSchema
        {
            Type = TypeOf(shape.Kind),
            Format = shape.Kind switch
            {
                ShapeKind.Uuid => "uuid",
                ShapeKind.Integer => shape.IsInt32 ? "int32" : "int64",
                _ => null,
            },
            Pattern = shape.Kind == ShapeKind.BlobId ? "^sha256:[0-9a-f]{64}$" : null,
            Minimum = shape.Min?.ToString("F0"),
            Maximum = shape.Max?.ToString("F0"),
            MinItems = shape.ItemsMin,
            MaxItems = shape.ItemsMax,
            Items = shape is { Kind: ShapeKind.Array, Item: { } item } ? Of(item) : null,
            AdditionalProperties = shape is { Kind: ShapeKind.Map, Item: { } value } ? Of(value) : null,
        };
        if (shape.EnumNames.Count > 0)
            schema.Enum = [.. shape.EnumNames.Select(name => (JsonNode)name)];
        if (shape.Kind == ShapeKind.Object)
            AddMembers(schema, shape);
        return schema;
    }

    private void AddMembers(OpenApiSchema schema, Shape shape)
    {
        schema.Properties = new Dictionary<string, IOpenApiSchema>();
        schema.Required = shape
            .Members.Where(member => member.Required)
            .Select(member => member.Name)
            .ToHashSet();
        foreach (var member in shape.Members.Where(member => member.Name != shape.Union?.Variant))
            schema.Properties[member.Name] = Member(member);
        if (shape.Union is not { } union)
            return;

        schema.Properties[union.Discriminator] = Schemas.OneOf(union.Variants.Keys);
        schema.Properties[union.Variant] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = $"By {union.Discriminator}.",
            AnyOf = [.. union.Variants.Values.Select(Of)],
        };
        // Variants are open objects, and what fits one may fit others: the discriminator tells them apart.
        schema.OneOf = [.. union.Variants.Select(variant => Variant(union, variant.Key, variant.Value))];
    }

    private OpenApiSchema Variant(ShapeUnion union, string name, Shape variant) =>
        new()
        {
            Title = name,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                [union.Discriminator] = new OpenApiSchema { Const = name },
                [union.Variant] = Of(variant),
            },
        };

    private IOpenApiSchema Member(MemberShape member)
    {
        if (Of(member.Shape) is not OpenApiSchema schema)
            return member.Nullable ? Schemas.OrNull(Of(member.Shape)) : Of(member.Shape);

        if (member.Nullable)
            schema.Type |= JsonSchemaType.Null;
        if (member.DefaultJson is { } text and not "null")
            schema.Default = JsonNode.Parse(text);
        return schema;
    }

    private static JsonSchemaType? TypeOf(ShapeKind kind) =>
        kind switch
        {
            ShapeKind.Any => null,
            ShapeKind.Object or ShapeKind.Map => JsonSchemaType.Object,
            ShapeKind.Array => JsonSchemaType.Array,
            ShapeKind.Integer => JsonSchemaType.Integer,
            ShapeKind.Number => JsonSchemaType.Number,
            ShapeKind.Boolean => JsonSchemaType.Boolean,
            _ => JsonSchemaType.String,
        };
}
