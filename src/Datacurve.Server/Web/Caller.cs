using Datacurve.Server.Storage;

namespace Datacurve.Server.Web;

/// <summary>
/// Who asks: the project that every query of the request is bound to, a name for the audit log
/// (<c>key:ID</c>, <c>user:SUBJECT</c> or <c>open</c>), and what it may do. A handler takes it as a
/// parameter.
/// </summary>
internal sealed record Caller(ProjectId Project, string Name, Scope Scopes)
{
    /// <summary>Whoever reaches a service that has no keys and listens on loopback alone.</summary>
    public static readonly Caller Open = new(ProjectId.Default, "open", Scope.All);

    private const string KeyPrefix = "key:";

    /// <summary>Of a browser that has signed in; null of anybody else.</summary>
    public Session? Session { get; init; }

    /// <summary>The id of the key that was sent; null where none was.</summary>
    public string? KeyId =>
        Name.StartsWith(KeyPrefix, StringComparison.Ordinal) ? Name[KeyPrefix.Length..] : null;

    public static Caller OfKey(string keyId, ProjectId project, Scope scopes) =>
        new(project, KeyPrefix + keyId, scopes);

    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    /// <exception cref="InvalidOperationException">The request was let in without anyone asking.</exception>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>()
        ?? throw new InvalidOperationException("a request without a caller reached a handler that needs one");
}
