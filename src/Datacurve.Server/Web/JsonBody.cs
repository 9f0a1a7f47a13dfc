using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Datacurve.Core.Json;

namespace Datacurve.Server.Web;

/// <summary>The JSON that an endpoint takes as its body, read whole and held to its record's shape.</summary>
internal sealed class JsonBody<T>(JsonTypeInfo<T> type)
    where T : class
{
    private readonly Shape _shape = Shape.Of(type);

    /// <exception cref="BadHttpRequestException">The body is too large, too slow or no JSON by its
    /// type.</exception>
    public async Task<Outcome> ReadAsync(HttpRequest request, LimitOptions limits, CancellationToken ct)
    {
        var body = await RequestBody.ReadJsonAsync(request, _shape, limits, fillNulls: true, ct);
        return body.Errors.Count > 0
            ? new Outcome(null, Problem.Invalid(body.Errors))
            : new Outcome(JsonSerializer.Deserialize(body.Json.Span, type), null);
    }

    /// <summary>What was sent, or why it is refused.</summary>
    internal sealed record Outcome(T? Sent, IResult? Refusal)
    {
        [MemberNotNullWhen(true, nameof(Sent))]
        [MemberNotNullWhen(false, nameof(Refusal))]
        public bool IsTaken => Sent is not null;
    }
}
