using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Dapper;
using Datacurve.Server.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Api;

public abstract class BlobTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    private static string IdOf(byte[] content) =>
        $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128 * 1024)]
    [InlineData(3_000_001)]
    public async Task An_upload_is_named_by_its_hash_and_read_back(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);

        var answer = await _client.UploadAsync(content);
        var again = await _client.UploadAsync(content);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(["blob_id", "byte_length", "storage_uri"], answer.Json.Select(member => member.Key));
        Assert.Equal(IdOf(content), answer.Json["blob_id"]!.GetValue<string>());
        Assert.Equal(length, answer.Json["byte_length"]!.GetValue<int>());
        Assert.True(Uri.TryCreate(answer.Json["storage_uri"]!.GetValue<string>(), UriKind.Absolute, out _));
        Assert.Equal(answer.Text, again.Text);
        Assert.Equal(HttpStatusCode.Created, again.Status);
        var read = await _client.GetAnswerAsync($"/blobs/{IdOf(content)}");
        Assert.Equal(HttpStatusCode.OK, read.Status);
        Assert.Equal("application/octet-stream", read.MediaType);
        Assert.Equal(content, read.Body);
    }

    [Fact]
    public async Task Only_the_part_named_file_is_stored()
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent("a note"), "note" },
            { new ByteArrayContent("hello"u8.ToArray()), "file", "h.txt" },
        };

        var answer = await _client.SendAsync(HttpMethod.Post, "/blobs", form);

        Assert.Equal(Wire.BlobOfHello, answer.Json["blob_id"]!.GetValue<string>());
    }

    public static TheoryData<string, string> NoForms =>
        new()
        {
            { "", "" },
            { "application/json", "{}" },
            { "multipart/form-data", "" },
            { "multipart/form-data; boundary=", "" },
            { "multipart/form-data; boundary=x", "" },
            { "multipart/form-data; boundary=x", "--x\r\n" },
            { "multipart/form-data; boundary=x", "--x--\r\n" },
            {
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=other\r\n\r\na\r\n--x--\r\n"
            },
            {
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=file\r\n\r\ncut"
            },
            { "multipart/form-data; boundary=x", "--x\r\nno header\r\n\r\na\r\n--x--\r\n" },
            { $"multipart/form-data; boundary={new string('x', 200)}", "" },
        };

    [Theory]
    [MemberData(nameof(NoForms))]
    public async Task What_is_no_form_with_a_file_is_refused(string type, string body)
    {
        var content = new ByteArrayContent(System.Text.Encoding.ASCII.GetBytes(body));
        if (type.Length > 0)
            content.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await _client.SendAsync(HttpMethod.Post, "/blobs", content);

        answer.AssertProblem(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Bytes_are_put_under_the_id_that_they_hash_to()
    {
        var answer = await _client.SendAsync(
            HttpMethod.Put,
            $"/blobs/{Wire.BlobOfHello}",
            new ByteArrayContent("hello"u8.ToArray())
        );

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(Wire.BlobOfHello, answer.Json["blob_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Bytes_that_hash_to_another_id_are_refused_and_not_stored()
    {
        var claimed = IdOf("claimed"u8.ToArray());
        var sent = "sent"u8.ToArray();

        var answer = await _client.SendAsync(HttpMethod.Put, $"/blobs/{claimed}", new ByteArrayContent(sent));

        answer.AssertProblem(HttpStatusCode.BadRequest);
        foreach (var id in new[] { claimed, IdOf(sent) })
            (await _client.GetAnswerAsync($"/blobs/{id}")).AssertProblem(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("sha256:..%2f..%2fetc%2fpasswd")]
    [InlineData("sha256:2cf24d")]
    [InlineData("sha256:2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824")]
    [InlineData("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    [InlineData("sha512:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    public async Task An_id_that_is_none_is_refused(string id)
    {
        var bytes = new ByteArrayContent("hello"u8.ToArray());

        Assert.Equal(["blob_id"], (await _client.GetAnswerAsync($"/blobs/{id}")).RefusedFields());
        Assert.Equal(
            ["blob_id"],
            (await _client.SendAsync(HttpMethod.Put, $"/blobs/{id}", bytes)).RefusedFields()
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await _client.SendAsync(HttpMethod.Head, $"/blobs/{id}")).Status
        );
    }

    [Fact]
    public async Task Head_tells_whether_a_blob_is_held_and_how_long_it_is()
    {
        await _client.UploadAsync("head"u8.ToArray());

        using var request = new HttpRequestMessage(HttpMethod.Head, $"/blobs/{IdOf("head"u8.ToArray())}");
        using var held = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var absent = await _client.SendAsync(HttpMethod.Head, $"/blobs/{IdOf("none"u8.ToArray())}");

        Assert.Equal(HttpStatusCode.OK, held.StatusCode);
        Assert.Equal(4, held.Content.Headers.ContentLength);
        Assert.Equal($"\"{IdOf("head"u8.ToArray())}\"", held.Headers.ETag?.Tag);
        Assert.Equal(HttpStatusCode.NotFound, absent.Status);
    }

    [Theory]
    [InlineData("bytes=0-3", HttpStatusCode.PartialContent, "0123", "bytes 0-3/10")]
    [InlineData("bytes=7-", HttpStatusCode.PartialContent, "789", "bytes 7-9/10")]
    [InlineData("bytes=-2", HttpStatusCode.PartialContent, "89", "bytes 8-9/10")]
    [InlineData("bytes=4-99", HttpStatusCode.PartialContent, "456789", "bytes 4-9/10")]
    [InlineData("bytes=10-", HttpStatusCode.RequestedRangeNotSatisfiable, null, "bytes */10")]
    public async Task A_range_of_a_blob_is_served(
        string range,
        HttpStatusCode status,
        string? bytes,
        string? told
    )
    {
        var content = "0123456789"u8.ToArray();
        await _client.UploadAsync(content);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/blobs/{IdOf(content)}");
        request.Headers.TryAddWithoutValidation("Range", range);

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(told, response.Content.Headers.ContentRange?.ToString());
        if (bytes is not null)
            Assert.Equal(
                bytes,
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            );
    }

    [Fact]
    public async Task A_blob_that_the_client_has_is_not_sent_again_and_none_is_a_page_of_the_service()
    {
        await _client.UploadAsync("<script>alert(1)</script>"u8.ToArray());
        var path = $"/blobs/{IdOf("<script>alert(1)</script>"u8.ToArray())}";
        using var first = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(first.Headers.ETag!.Tag));

        using var again = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal("nosniff", first.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains(
            "sandbox",
            first.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_blob_that_nothing_names_is_to_be_sent_again_by_who_asks()
    {
        var content = "about to go"u8.ToArray();
        await _client.UploadAsync(content);
        await service
            .Services.GetRequiredService<Database>()
            .WriteAsync(
                connection =>
                    connection.ExecuteAsync(
                        "update blobs set marked_at_ms = 1 where hash = @hash",
                        new { hash = SHA256.HashData(content) }
                    ),
                TestContext.Current.CancellationToken
            );
        var path = $"/blobs/{IdOf(content)}";

        Assert.Equal(HttpStatusCode.NotFound, (await _client.SendAsync(HttpMethod.Head, path)).Status);
        Assert.Equal(content, (await _client.GetAnswerAsync(path)).Body);
        await _client.UploadAsync(content);
        Assert.Equal(HttpStatusCode.OK, (await _client.SendAsync(HttpMethod.Head, path)).Status);
    }
}
