using System.Text;
using Datacurve.Core;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Datacurve.Server.Blobs;

/// <summary>
/// <c>GET</c> and <c>HEAD /blobs/{blob_id}</c>: the bytes, verified before the first is sent, with ranges and
/// an ETag. HEAD reads no content, so that a client can ask before it sends.
/// </summary>
internal sealed class GetBlob(IBlobStore blobs)
{
    /// <summary>JSON in ASCII: the versions of the rules, and counts by rule.</summary>
    public const string RedactionHeader = "Datacurve-Redaction";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/blobs/{blob_id}",
                (string blob_id, HttpResponse response, GetBlob slice, CancellationToken ct) =>
                    slice.GetAsync(blob_id, response, ct)
            )
            .WithName("get_blob")
            .RequireScope(Scope.Read)
            .WithSummary("A blob's bytes")
            .WithDescription(
                "The bytes as they are kept, verified before the first is sent. `Range` is taken. Where something was "
                    + "redacted, the header `Datacurve-Redaction` says what was replaced, counted by rule, as JSON."
            )
            .Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapMethods(
                "/blobs/{blob_id}",
                [HttpMethods.Head],
                (string blob_id, HttpResponse response, GetBlob slice, CancellationToken ct) =>
                    slice.HeadAsync(blob_id, response, ct)
            )
            .WithName("head_blob")
            .RequireScope(Scope.Ingest | Scope.Read)
            .WithSummary("Whether a blob is held, and its length")
            .WithDescription(
                "`Content-Length` is the length in bytes. A blob that may be about to go is answered by 404, so "
                    + "that a client which asks before it sends does send."
            )
            .Produces(StatusCodes.Status200OK)
            .Produces(StatusCodes.Status400BadRequest)
            .Produces(StatusCodes.Status404NotFound);
    }

    /// <summary>The problem for an id that is none.</summary>
    public static JsonHttpResult<Problem> NoBlobId(string id) =>
        Problem.Invalid("blob_id", "must be sha256: and 64 lower-case hex digits", Problem.Cut(id));

    /// <summary>The problem of a blob that is gone, or goes, because a developer refuses.</summary>
    public static JsonHttpResult<Problem> Withheld(BlobId blobId) =>
        Problem.Of(
            StatusCodes.Status404NotFound,
            $"The blob {blobId} is withheld: a developer does not let it be stored."
        );

    private async Task<IResult> GetAsync(string id, HttpResponse response, CancellationToken ct)
    {
        if (!BlobId.TryParse(id, out var blobId))
            return NoBlobId(id);
        if (await blobs.IsRefusedAsync(blobId))
            return Withheld(blobId);

        Stream? content = null;
        StoredBlob? stored;
        try
        {
            stored = await blobs.FindAsync(blobId, ct);
            content = await blobs.OpenAsync(blobId, ct);
        }
        catch (BlobCorruptException)
        {
            return Problem.Of(
                StatusCodes.Status404NotFound,
                $"The stored bytes of {blobId} were damaged and have been set aside. Upload the blob again."
            );
        }

        if (content is null)
            return await AbsentAsync(blobId);

        if (stored is not null)
            Describe(stored, response);
        return TypedResults.Stream(
            content,
            "application/octet-stream",
            entityTag: new EntityTagHeaderValue($"\"{stored?.BlobId ?? blobId}\""),
            enableRangeProcessing: true
        );
    }

    private async Task<IResult> HeadAsync(string id, HttpResponse response, CancellationToken ct)
    {
        if (!BlobId.TryParse(id, out var blobId))
            return TypedResults.StatusCode(StatusCodes.Status400BadRequest);
        // Who asks wants to name the blob without sending it; one that nothing names may be about to go, and
        // one that is refused goes.
        if (
            await blobs.IsRefusedAsync(blobId)
            || await blobs.AskAsync(blobId, ct) is not { IsUnused: false } stored
        )
            return TypedResults.StatusCode(StatusCodes.Status404NotFound);

        response.ContentLength = stored.ByteLength;
        response.ContentType = "application/octet-stream";
        response.Headers.AcceptRanges = "bytes";
        Describe(stored, response);
        return TypedResults.Empty;
    }

    /// <summary>
    /// Says what was replaced in the bytes, which hash to the ETag and maybe not to their name.
    /// </summary>
    public static void Describe(StoredBlob stored, HttpResponse response)
    {
        response.Headers.ETag = $"\"{stored.BlobId}\"";
        if (stored.Redaction is { } redaction)
            response.Headers[RedactionHeader] = Encoding.ASCII.GetString(redaction.Stored());
    }

    private async Task<IResult> AbsentAsync(BlobId blobId) =>
        await blobs.IsWithheldAsync(blobId)
            ? Withheld(blobId)
            : Problem.Of(StatusCodes.Status404NotFound, $"There is no blob {blobId}.");
}
