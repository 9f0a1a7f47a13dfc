using System.Net;
using System.Text.Json;

namespace Datacurve.Cli.Client;

/// <summary>Reads an error status, with what the service says of it where it says something.</summary>
internal static class Refusal
{
    public static async Task<ServiceRefusedException> ReadAsync(
        HttpResponseMessage response,
        CancellationToken ct
    )
    {
        var problem = await ReadProblemAsync(response, ct);
        var fields = problem?.Errors?.Select(error => $"{error.Field}: {error.Message}") ?? [];
        string[] parts = [problem?.Detail ?? problem?.Title ?? Reason(response.StatusCode), .. fields];
        var request = response.RequestMessage!;
        return new ServiceRefusedException(
            response.StatusCode,
            $"{request.Method} {request.RequestUri?.AbsolutePath} was answered with "
                + $"{(int)response.StatusCode}: {string.Join("; ", parts)}"
        )
        {
            RetryAfter = RetryAfterOf(response),
        };
    }

    // The answer to a HEAD has no body to say it.
    private static string Reason(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.Unauthorized => "the API key is missing, or not one of this service's. "
                + "`datacurve login` stores it, or set $DATACURVE_API_KEY.",
            HttpStatusCode.Forbidden => "the API key may not do this.",
            _ => "no reason given",
        };

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (response.Headers.Date ?? TimeProvider.System.GetUtcNow()),
            _ => null,
        };

    private static async Task<Problem?> ReadProblemAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.Content.Headers.ContentType?.MediaType is not string mediaType)
            return null;
        if (!mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(ct);
            return await JsonSerializer.DeserializeAsync(content, AnswerJson.Default.Problem, ct);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            // The status says enough.
            return null;
        }
    }
}
