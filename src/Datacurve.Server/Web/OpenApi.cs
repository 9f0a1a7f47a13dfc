using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
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
    public static void Add(IServiceCollection services)
    {
        // Answers are written by contexts of their own, which the document knows nothing of.
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApi(document =>
        {
            document.AddOperationTransformer(
                (operation, context, _) =>
                {
                    OpenApiParameters.Describe(
                        operation,
                        context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>()
                    );
                    return Task.CompletedTask;
                }
            );
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
    }

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
        // The address that a start prints is the first that people open.
        routes.MapGet("/", () => TypedResults.Redirect("/docs")).AllowAnonymous().ExcludeFromDescription();
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
        Post(api, "/traces/{trace_id}/events").RequestBody = events;
        Takes("/traces", DatacurveJson.Default.NewTrace);
        Takes("/traces/{trace_id}/finalize", DatacurveJson.Default.FinalizeTrace);
        Takes("/admin/keys", ServerJson.Readable.NewKey);
        Takes("/admin/projects", ServerJson.Readable.NewProject);
        Takes("/admin/erasures", ServerJson.Readable.NewErasure);
        DescribeUploads(api);
        OpenApiAnswers.Describe(api, schemas, catalog);

        void Takes(string path, JsonTypeInfo body) =>
            Post(api, path).RequestBody = Content("application/json", schemas.Of(Shape.Of(body)));
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
        api.Paths["/blobs/{blob_id}"].Operations![HttpMethod.Put].RequestBody = Content(
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
}
