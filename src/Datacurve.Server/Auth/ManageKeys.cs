using System.Text.Json.Serialization;
using Datacurve.Server.Web;

namespace Datacurve.Server.Auth;

/// <summary>
/// What a key is to be. <c>Project</c> is a name; <c>ExpiresAtMs</c> Unix milliseconds, or never.
/// </summary>
internal sealed record NewKey
{
    public required string Name { get; init; }
    public string Project { get; set; } = Projects.DefaultName;
    public required IReadOnlyList<string> Scopes { get; init; }
    public long? ExpiresAtMs { get; init; }
}

/// <summary>
/// A key as it is listed. <c>Key</c> is there in the answer to its making, and never again.
/// </summary>
internal sealed record ListedKey(
    string KeyId,
    string Name,
    string Project,
    IReadOnlyList<string> Scopes,
    long CreatedAtMs,
    long? ExpiresAtMs,
    long? RevokedAtMs,
    long? LastUsedAtMs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key = null
)
{
    public static ListedKey Of(KeyRow row) =>
        new(
            row.KeyId,
            row.Name,
            row.Project,
            row.Scopes.Split(','),
            row.CreatedAtMs,
            row.ExpiresAtMs,
            row.RevokedAtMs,
            row.LastUsedAtMs
        );
}

internal sealed record ListedKeys(IReadOnlyList<ListedKey> Keys);

/// <summary><c>/admin/keys</c>: make, list and revoke API keys.</summary>
internal sealed class ManageKeys(Keys keys, Projects projects, Options options, TimeProvider time)
{
    public const string NameRule = "must be 1 to 200 characters in one line";
    private const int NameLengthMax = 200;
    private static readonly JsonBody<NewKey> Body = new(ServerJson.Readable.NewKey);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/admin/keys",
                (HttpContext context, ManageKeys slice, CancellationToken ct) =>
                    slice.CreateAsync(context, ct)
            )
            .WithName("create_key")
            .WithSummary("Make an API key; the answer shows it, once")
            .WithDescription(
                "Makes a key with the scopes and for the project that are named. `expires_at_ms` is in Unix "
                    + "milliseconds; a key without it is valid until it is revoked."
            )
            .Produces<ListedKey>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .RequireScope(Scope.Admin);
        routes
            .MapGet("/admin/keys", (ManageKeys slice) => slice.ListAsync())
            .WithName("list_keys")
            .WithSummary("Every API key, without the key itself")
            .WithDescription(
                "All keys of the service, revoked and expired ones too. Times are in Unix milliseconds."
            )
            .Produces<ListedKeys>()
            .RequireScope(Scope.Admin);
        routes
            .MapDelete(
                "/admin/keys/{key_id}",
                (string key_id, ManageKeys slice, CancellationToken ct) => slice.RevokeAsync(key_id, ct)
            )
            .WithName("revoke_key")
            .WithSummary("Revoke an API key")
            .WithDescription(
                "Ends a key at once, for good. One that is unknown or revoked already is answered by 404."
            )
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .RequireScope(Scope.Admin);
    }

    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= NameLengthMax } && !name.Any(char.IsControl);

    private async Task<IResult> CreateAsync(HttpContext context, CancellationToken ct)
    {
        var body = await Body.ReadAsync(context.Request, options.Limits, ct);
        if (!body.IsTaken)
            return body.Refusal;
        var asked = body.Sent;
        if (!IsName(asked.Name))
            return Problem.Invalid("name", NameRule);
        if (!ScopeNames.TryParse(asked.Scopes, out var scopes))
            return Problem.Invalid("scopes", $"must be one or more of {ScopeNames.List}");
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (asked.ExpiresAtMs <= now)
            return Problem.Invalid("expires_at_ms", "must be in the future", asked.ExpiresAtMs.ToString());
        if (asked.ExpiresAtMs > Keys.ExpiresAtMsMax)
            return Problem.Invalid(
                "expires_at_ms",
                $"must be at most {Keys.ExpiresAtMsMax}",
                asked.ExpiresAtMs.ToString()
            );
        if (await projects.FindAsync(asked.Project) is not { } project)
            return Problem.Invalid("project", "is no project of this service", Problem.Cut(asked.Project));

        var key = await keys.CreateAsync(project, asked.Name, scopes, asked.ExpiresAtMs, ct);
        context.Features.Set(new AuditSubject(Subject: key.KeyId));
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new ListedKey(
                key.KeyId,
                asked.Name,
                asked.Project,
                ScopeNames.Of(scopes),
                now,
                asked.ExpiresAtMs,
                RevokedAtMs: null,
                LastUsedAtMs: null,
                key.Text
            ),
            ServerJson.Readable.ListedKey,
            statusCode: StatusCodes.Status201Created
        );
    }

    private async Task<IResult> ListAsync() =>
        TypedResults.Json(
            new ListedKeys([.. (await keys.ListAsync()).Select(ListedKey.Of)]),
            ServerJson.Readable.ListedKeys
        );

    private async Task<IResult> RevokeAsync(string keyId, CancellationToken ct) =>
        await keys.RevokeAsync(keyId, ct)
            ? TypedResults.NoContent()
            : Problem.Of(StatusCodes.Status404NotFound, $"There is no key {Problem.Cut(keyId)} to revoke.");
}
