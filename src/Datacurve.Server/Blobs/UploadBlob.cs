using Datacurve.Core;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Datacurve.Server.Blobs;

/// <summary>
/// The answer to an upload: what was sent, by its hash and length. The same bytes give the same id, however
/// often they come.
/// </summary>
internal sealed record UploadedBlob(string BlobId, long ByteLength, string StorageUri);

/// <summary>
/// <c>POST /blobs</c> (multipart, part <c>file</c>) and <c>PUT /blobs/{blob_id}</c> (the bytes as they are,
/// refused where they do not hash to the id). 201 means on disk.
/// </summary>
internal sealed class UploadBlob(IBlobStore blobs, Options options)
{
    private const int BoundaryLengthMax = 128;

    // How the framework reports multipart that breaks off. A disk's errors carry their own numbers.
    private const int UnspecifiedIoError = unchecked((int)0x80131620);

    // Room for the multipart headers around a blob of the largest size.
    private const int EnvelopeBytes = 64 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var limits = routes.ServiceProvider.GetRequiredService<Options>().Limits;
        var size = new RequestSizeLimitAttribute(SentBytesMax(limits));
        routes
            .MapPost(
                "/blobs",
                (HttpRequest request, UploadBlob slice, CancellationToken ct) => slice.PostAsync(request, ct)
            )
            .WithName("upload_blob")
            .RequireScope(Scope.Ingest)
            .WithSummary("Store a blob sent as the multipart part 'file'")
            .WithDescription(
                "Stores the bytes under `sha256:` and the hash of what was sent; 201 means that they are on disk. "
                    + "The same bytes sent again give the same id."
            )
            .TakesAnyQuery()
            .Produces<UploadedBlob>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithMetadata(size)
            .DisableAntiforgery();
        routes
            .MapPut(
                "/blobs/{blob_id}",
                (string blob_id, HttpRequest request, UploadBlob slice, CancellationToken ct) =>
                    slice.PutAsync(blob_id, request, ct)
            )
            .WithName("put_blob")
            .RequireScope(Scope.Ingest)
            .WithSummary("Store a blob under the id that its bytes hash to")
            .WithDescription(
                "Stores the body as it is; 201 means that it is on disk. Bytes that hash to another id are refused."
            )
            .WithMetadata(size)
            .Produces<UploadedBlob>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<IResult> PostAsync(HttpRequest request, CancellationToken ct)
    {
        RequestBody.ExpectPace(request, options.Limits);
        RequestBody.RefuseAbove(SentBytesMax(options.Limits), request);
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary)
                is not { Length: > 0 and <= BoundaryLengthMax } boundary
        )
            return Problem.Invalid("file", "is required: send multipart/form-data with a part named file");

        try
        {
            var reader = new MultipartReader(boundary.ToString(), request.Body);
            while (await reader.ReadNextSectionAsync(ct) is { } section)
                if (section.GetContentDispositionHeader()?.Name.Value?.Trim('"') == "file")
                    return Created(await blobs.PutAsync(section.Body, expected: null, ct), request);
        }
        catch (IOException exception)
            when (exception.HResult == UnspecifiedIoError
                && exception is not (BadHttpRequestException or ConnectionResetException)
            )
        {
            return Problem.Invalid("file", "is not well-formed multipart: it ends before its boundary");
        }

        return Problem.Invalid("file", "is required: the body has no part of this name");
    }

    private async Task<IResult> PutAsync(string id, HttpRequest request, CancellationToken ct)
    {
        RequestBody.ExpectPace(request, options.Limits);
        RequestBody.RefuseAbove(SentBytesMax(options.Limits), request);
        return BlobId.TryParse(id, out var blobId)
            ? Created(await blobs.PutAsync(request.Body, blobId, ct), request)
            : GetBlob.NoBlobId(id);
    }

    private static long SentBytesMax(LimitOptions limits) => limits.BlobBytesMax + EnvelopeBytes;

    private static IResult Created(StoredBlob stored, HttpRequest request)
    {
        GetBlob.Describe(stored, request.HttpContext.Response);
        Telemetry.BlobBytes.Add(stored.ByteLength);
        return TypedResults.Json(
            new UploadedBlob(stored.Name.ToString(), stored.SentLength, stored.StorageUri.ToString()),
            ServerJson.Readable.UploadedBlob,
            statusCode: StatusCodes.Status201Created
        );
    }
}
