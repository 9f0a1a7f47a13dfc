using System.Text.Json.Serialization;
using Datacurve.Core;
using Datacurve.Core.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace Datacurve.Server.Web;

/// <summary>
/// An error as RFC 9457 has it, with the members that existing clients read: <c>detail</c>, and on 400 the
/// <c>errors</c> by field.
/// </summary>
internal sealed record Problem
{
    public const string ContentType = "application/problem+json";

    public string Type { get; init; } = "about:blank";
    public required string Title { get; init; }
    public required int Status { get; init; }
    public required string Detail { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>Of a stream of events that was refused in its midst: how many were accepted before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Accepted { get; init; }

    /// <summary>
    /// Of a stream of events that was refused in its midst: the last seq of it that is held; absent where
    /// none is.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SeqHigh { get; init; }

    public static JsonHttpResult<Problem> Of(int status, string detail) =>
        Result(status, detail, errors: null);

    public static JsonHttpResult<Problem> Invalid(IReadOnlyList<FieldError> errors) =>
        Result(
            StatusCodes.Status400BadRequest,
            $"{errors[0].Field} {errors[0].Message}{(errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "")}",
            errors
        );

    public static JsonHttpResult<Problem> Invalid(string field, string message, string? value = null) =>
        Invalid([new FieldError(field, message, value)]);

    /// <summary>What is wrong with a part of the request as a whole, in a sentence.</summary>
    public static JsonHttpResult<Problem> Refused(string field, string detail) =>
        Result(StatusCodes.Status400BadRequest, detail, [new FieldError(field, detail, null)]);

    public static JsonHttpResult<Problem> UnknownTrace(string traceId) =>
        Of(StatusCodes.Status404NotFound, $"There is no trace {Cut(traceId)}.");

    /// <summary>The trace was, and is not to be had any more.</summary>
    public static JsonHttpResult<Problem> Erased(TraceId traceId, long erasedAtMs) =>
        Of(
            StatusCodes.Status410Gone,
            $"The trace {traceId} was erased at {DateTimeOffset.FromUnixTimeMilliseconds(erasedAtMs):yyyy-MM-dd HH:mm}Z."
        );

    /// <summary>Outside text for an error message, at most 100 characters of it.</summary>
    public static string Cut(string text) => FieldError.Cut(text);

    public JsonHttpResult<Problem> ToResult() =>
        TypedResults.Json(this, ServerJson.Readable.Problem, ContentType, Status);

    private static JsonHttpResult<Problem> Result(
        int status,
        string detail,
        IReadOnlyList<FieldError>? errors
    ) =>
        new Problem
        {
            Title = ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Detail = detail,
            Errors = errors,
        }.ToResult();
}
