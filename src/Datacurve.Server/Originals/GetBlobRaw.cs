using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Microsoft.Net.Http.Headers;

namespace Datacurve.Server.Originals;

/// <summary>
/// <c>GET /blobs/{blob_id}/raw</c>: the bytes as they were sent, verified before the first is given, with
/// ranges. Where nothing of them was replaced they are those of <c>GET /blobs/{blob_id}</c>.
/// </summary>
internal sealed class GetBlobRaw(IBlobStore blobs, BlobOriginals originals, CurrentProject current)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/blobs/{blob_id}/raw",
                (string blob_id, HttpContext context, GetBlobRaw slice, CancellationToken ct) =>
                    slice.HandleAsync(blob_id, context, ct)
            )
            .WithName("get_blob_raw")
            .RequireScope(Scope.ReadRaw)
            .WithSummary("A blob's bytes as they were sent, where the project keeps them")
            .WithDescription(
                "The bytes before redaction, verified before the first is sent. `Range` is taken. Only a project "
                    + "whose mode is raw keeps them."
            )
            .Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private async Task<IResult> HandleAsync(string id, HttpContext context, CancellationToken ct)
    {
        if (!BlobId.TryParse(id, out var blobId))
            return GetBlob.NoBlobId(id);

        context.Features.Set(new AuditSubject(Subject: blobId.ToString()));
        if (await blobs.IsRefusedAsync(blobId))
            return GetBlob.Withheld(blobId);
        Stream? content;
        try
        {
            if (await blobs.FindAsync(blobId, ct) is not { } stored)
                return Problem.Of(StatusCodes.Status404NotFound, $"There is no blob {blobId}.");
            content = stored.IsRedacted
                ? await originals.OpenAsync(current.Id, blobId, ct)
                : await blobs.OpenAsync(blobId, ct);
        }
        catch (Exception damaged) when (damaged is BlobCorruptException or OriginalDamagedException)
        {
            return Problem.Of(
                StatusCodes.Status404NotFound,
                $"The stored original of {blobId} is damaged, and is not given away."
            );
        }

        if (content is null)
            return Problem.Of(
                StatusCodes.Status404NotFound,
                $"Of {blobId} no original is kept: the project was not raw when it was sent."
            );

        return TypedResults.Stream(
            content,
            "application/octet-stream",
            entityTag: new EntityTagHeaderValue($"\"{blobId}\""),
            enableRangeProcessing: true
        );
    }
}
