using System.Text.Json.Nodes;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Datacurve.Server.Web;

/// <summary>
/// <c>/openapi/v1.json</c> and <c>/docs</c>, a page to read it. Bodies are described by the shapes that
/// validate them, so that the document cannot promise something else; handlers read them as streams.
/// </summary>
internal static class OpenApi
{
    public static void Add(IServiceCollection services) =>
        services.AddOpenApi(document =>
        {
            document.AddDocumentTransformer(
                (api, context, _) =>
                {
                    api.Info = new OpenApiInfo
                    {
                        Title = "Datacurve",
                        Version = "1.0",
                        Description = "Records bug fixes as event-sourced traces, proves and scores them.",
                    };
                    api.Servers?.Clear();
                    Group(api);
                    Describe(api, context.ApplicationServices.GetRequiredService<EventCatalog>());
                    return Task.CompletedTask;
                }
            );
        });

    /// <param name="routes">Where they go.</param>
    /// <param name="signIn">Whether browsers sign in; where they cannot, the page is for everybody.</param>
    public static void Map(IEndpointRouteBuilder routes, bool signIn)
    {
        routes.MapOpenApi().AllowAnonymous();
        // The page is for reading: it offers nothing of its maker's and calls nobody.
        var docs = routes.MapScalarApiReference(
            "/docs",
            page =>
                page.WithTitle("Datacurve")
                    .HideDeveloperTools()
                    .HideClientButton()
                    .DisableAgent()
                    .DisableMcp()
                    .DisableTelemetry()
                    .DisableDefaultFonts()
                    .WithDynamicBaseServerUrl()
        );
        if (signIn)
            docs.RequireAuthorization();
        else
            docs.AllowAnonymous();
    }

    /// <summary>Operations by the first part of their path.</summary>
    private static void Group(OpenApiDocument api)
    {
        api.Tags = new HashSet<OpenApiTag>();
        foreach (var (path, item) in api.Paths)
        {
            var name = path.Split('/')[1];
            if (api.Tags.All(tag => tag.Name != name))
                api.Tags.Add(new OpenApiTag { Name = name });
            foreach (var operation in item.Operations!.Values)
                operation.Tags = new HashSet<OpenApiTagReference> { new(name, api) };
        }
    }

    private static void Describe(OpenApiDocument api, EventCatalog catalog)
    {
        var schemas = new SchemaWriter(api);
        var events = Content("application/json", schemas.Of(catalog.BatchShape));
        events.Content!["application/x-ndjson"] = new() { Schema = schemas.Of(catalog.EventShape) };
        Post(api, "/traces").RequestBody = Content(
            "application/json",
            schemas.Of(Shape.Of(DatacurveJson.Default.NewTrace))
        );
        Post(api, "/traces/{traceId}/events").RequestBody = events;
        Post(api, "/traces/{traceId}/finalize").RequestBody = Content(
            "application/json",
            schemas.Of(Shape.Of(DatacurveJson.Default.FinalizeTrace))
        );
        DescribeUploads(api);
    }

    private static OpenApiOperation Post(OpenApiDocument api, string path) =>
        api.Paths[path].Operations![HttpMethod.Post];

    private static void DescribeUploads(OpenApiDocument api)
    {
        var bytes = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "file" },
            Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = bytes },
        };
        Post(api, "/blobs").RequestBody = Content("multipart/form-data", form);
        api.Paths["/blobs/{blobId}"].Operations![HttpMethod.Put].RequestBody = Content(
            "application/octet-stream",
            bytes
        );
    }

    private static OpenApiRequestBody Content(string type, IOpenApiSchema schema) =>
        new()
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [type] = new() { Schema = schema } },
        };

    /// <summary>Writes shapes as schemas, records as components under their names.</summary>
    private sealed class SchemaWriter(OpenApiDocument api)
    {
        public IOpenApiSchema Of(Shape shape) =>
            shape.Source is { } source ? Component(source.Name, shape) : Inline(shape);

        private OpenApiSchemaReference Component(string name, Shape shape)
        {
            api.Components ??= new OpenApiComponents();
            api.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
            api.Components.Schemas[name] = Inline(shape);
            return new OpenApiSchemaReference(name, api);
        }

        private OpenApiSchema Inline(Shape shape)
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
                MinItems = shape.ItemsMin,
                MaxItems = shape.ItemsMax,
                Items = shape.Item is { } item ? Of(item) : null,
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
            foreach (var member in shape.Members)
                schema.Properties[member.Name] =
                    shape.Union is { } union && member.Name == union.Variant
                        ? Variants(union)
                        : Member(member);
            if (shape.Union is { } discriminated)
                schema.Properties[discriminated.Discriminator] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = [.. discriminated.Variants.Keys.Select(name => (JsonNode)name)],
                };
        }

        private OpenApiSchema Variants(ShapeUnion union) =>
            new()
            {
                Description = $"By {union.Discriminator}, in the order of its values.",
                OneOf = [.. union.Variants.Values.Select(Of)],
            };

        private IOpenApiSchema Member(MemberShape member)
        {
            if (Of(member.Shape) is not OpenApiSchema schema)
                return Of(member.Shape);

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
}
