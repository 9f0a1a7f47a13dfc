using System.Net;

namespace Datacurve.Cli.Client;

/// <summary>The body of an upload, which tells of each piece that the connection took.</summary>
internal sealed class UploadContent(Stream content) : HttpContent
{
    private const int PieceBytes = 64 << 10;

    public Action Progressed { get; set; } = () => { };

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        var piece = new byte[PieceBytes];
        for (int read; (read = await content.ReadAsync(piece, cancellationToken)) > 0; )
        {
            await stream.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            Progressed();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length - content.Position;
        return true;
    }
}
