using System.Text.Json;

namespace Datacurve.Server.Web;

/// <summary>
/// Sends a large answer while it is being written. Neither a JSON writer's flush nor the response's buffer
/// does so by itself: without it the whole document is held in memory.
/// </summary>
internal static class StreamedJson
{
    private const int UnsentBytesMax = 64 * 1024;

    /// <summary>Sends what the writer has written so far, once it is worth a packet.</summary>
    public static ValueTask SendAsync(this Utf8JsonWriter writer, HttpResponse response, CancellationToken ct)
    {
        writer.Flush();
        return SendAsync(response, ct);
    }

    /// <inheritdoc cref="SendAsync(Utf8JsonWriter, HttpResponse, CancellationToken)"/>
    public static async ValueTask SendAsync(HttpResponse response, CancellationToken ct)
    {
        if (response.BodyWriter.UnflushedBytes > UnsentBytesMax)
            await response.BodyWriter.FlushAsync(ct);
    }
}
