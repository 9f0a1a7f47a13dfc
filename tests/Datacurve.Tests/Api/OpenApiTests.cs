using System.Net;
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
            .Where(route => route.RoutePattern.RawText != "/")
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
    public async Task Every_operation_and_every_parameter_has_a_description()
    {
        var bare = new List<string>();
        foreach (var (path, item) in (await DocumentAsync())["paths"]!.AsObject())
        foreach (var (method, operation) in item!.AsObject())
        {
            if (!IsSentence(operation!["description"]))
                bare.Add($"{method} {path}");
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
                if (!IsSentence(parameter!["description"]))
                    bare.Add($"{method} {path}: {parameter["name"]}");
        }

        Assert.Empty(bare);
    }

    [Fact]
    public async Task Every_object_says_what_is_in_it()
    {
        var document = await DocumentAsync();
        var bare = new List<string>();
        AddBare(document["components"]!["schemas"]!, "", bare);
        AddBare(document["paths"]!, "", bare);

        Assert.Empty(bare);
    }

    /// <summary>A client's own members are anything, and say so by a schema of their values.</summary>
    private static void AddBare(JsonNode node, string place, List<string> bare)
    {
        if (node is JsonObject schema)
        {
            var isObject =
                schema["type"] is { } type
                && type.ToJsonString().Contains("\"object\"", StringComparison.Ordinal);
            if (isObject && !Describing.Any(schema.ContainsKey))
                bare.Add(place);
            foreach (var (name, member) in schema.Where(member => member.Value is not null))
                AddBare(member!, $"{place}/{name}", bare);
        }
        else if (node is JsonArray items)
            foreach (var item in items.Where(item => item is not null))
                AddBare(item!, place, bare);
    }

    private static readonly string[] Describing = ["properties", "additionalProperties", "anyOf", "oneOf"];

    private static bool IsSentence(JsonNode? text) =>
        text?.GetValue<string>() is { } said && said.EndsWith('.') && said.Length > 20;

    [Fact]
    public async Task The_address_itself_leads_to_the_page()
    {
        using var client = new HttpClient { BaseAddress = service.Client.BaseAddress };

        using var page = await client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith("/docs", page.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/traces", "post", "201")]
    [InlineData("/traces/{trace_id}/events", "post", "202")]
    [InlineData("/traces/{trace_id}/finalize", "post", "200")]
    [InlineData("/traces/{trace_id}", "get", "200")]
    [InlineData("/traces/{trace_id}/events", "get", "200")]
    [InlineData("/traces", "get", "200")]
    [InlineData("/blobs", "post", "201")]
    [InlineData("/me", "get", "200")]
    [InlineData("/traces/{trace_id}/finalize", "post", "400")]
    [InlineData("/admin/keys", "post", "201")]
    public async Task An_answer_has_the_members_that_the_document_says(
        string path,
        string method,
        string status
    )
    {
        var document = await DocumentAsync();
        var schema = document["paths"]![path]![method]!["responses"]![status]!["content"]!
            .AsObject()
            .First()
            .Value!["schema"]!;
        if (schema["$ref"] is { } reference)
            schema = document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!;

        var answer = (await AnswerAsync(path, method, status)).Json;

        var known = schema["properties"]!.AsObject().Select(member => member.Key).ToHashSet();
        var required = schema["required"]!.AsArray().Select(name => name!.GetValue<string>()).ToHashSet();
        Assert.Subset(known, answer.Select(member => member.Key).ToHashSet());
        Assert.Superset(required, answer.Select(member => member.Key).ToHashSet());
    }

    private async Task<Answer> AnswerAsync(string path, string method, string status)
    {
        var client = service.Client;
        var traceId = await client.OpenTraceAsync();
        await client.AppendAsync(traceId, Wire.Batch(1, 1));
        if (path == "/blobs")
            return await client.UploadAsync("hello"u8.ToArray());

        JsonNode? body = (path, method, status) switch
        {
            (_, "get", _) => null,
            ("/traces", _, _) => Wire.NewTrace(),
            ("/admin/keys", _, _) => JsonNode.Parse("""{"name":"n","scopes":["read"]}"""),
            (_, _, "202") => Wire.Batch(2, 1),
            (_, _, "200") => JsonNode.Parse("""{"final_state":{}}"""),
            _ => new JsonObject(),
        };
        return await client.SendAsync(
            new HttpMethod(method.ToUpperInvariant()),
            path.Replace("{trace_id}", traceId, StringComparison.Ordinal),
            body is null ? null : Wire.Json(body.ToJsonString())
        );
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
