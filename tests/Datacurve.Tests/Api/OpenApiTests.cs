using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Api;

public sealed class OpenApiTests(ServiceUnderTest service) : IClassFixture<ServiceUnderTest>
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private async Task<JsonObject> DocumentAsync() =>
        (await service.Client.GetAnswerAsync("/openapi/v1.json")).Json;

    [Fact]
    public async Task The_document_is_the_approved_one()
    {
        var folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "Approved");
        var approvedPath = Path.Combine(folder, "openapi.json");
        var receivedPath = Path.Combine(folder, "openapi.received.json");
        var received = (await DocumentAsync()).ToJsonString(Indented) + "\n";
        var approved = File.Exists(approvedPath)
            ? await File.ReadAllTextAsync(approvedPath, TestContext.Current.CancellationToken)
            : "";

        if (received == approved)
        {
            File.Delete(receivedPath);
            return;
        }

        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(receivedPath, received, TestContext.Current.CancellationToken);
        Assert.Fail(
            $"The OpenAPI document has changed from line {FirstDifference(approved, received)}. Clients depend on it: "
                + $"where the change is meant, approve it with: mv {receivedPath} {approvedPath}"
        );
    }

    [Fact]
    public async Task Every_route_of_the_service_is_in_the_document()
    {
        var paths = (await DocumentAsync())["paths"]!.AsObject();
        var routes = service
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(route => !IsPageOf(route, "docs") && !IsPageOf(route, "openapi"))
            .ToList();

        Assert.NotEmpty(routes);
        foreach (var route in routes)
        foreach (var method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)
        {
            var path = "/" + route.RoutePattern.RawText!.TrimStart('/');
            Assert.True(paths.ContainsKey(path), $"{path} is not in the document");
            var operation = paths[path]![method.ToLowerInvariant()];
            Assert.True(operation is not null, $"{method} {path} is not in the document");
            Assert.NotEmpty(operation["summary"]!.GetValue<string>());
            Assert.NotEmpty(operation["operationId"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var document = await DocumentAsync();
        var schemas = document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).ToHashSet();

        foreach (var reference in References(document))
            Assert.Contains(reference["#/components/schemas/".Length..], schemas);
    }

    private static bool IsPageOf(RouteEndpoint route, string folder) =>
        route.RoutePattern.RawText!.TrimStart('/').StartsWith(folder, StringComparison.Ordinal);

    private static IEnumerable<string> References(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(member =>
                member is { Key: "$ref", Value: JsonValue value }
                    ? [value.GetValue<string>()]
                    : References(member.Value)
            ),
            JsonArray items => items.SelectMany(References),
            _ => [],
        };

    private static int FirstDifference(string approved, string received) =>
        1
        + approved.Split('\n').Zip(received.Split('\n')).TakeWhile(pair => pair.First == pair.Second).Count();

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
