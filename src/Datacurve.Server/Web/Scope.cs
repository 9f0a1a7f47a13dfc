namespace Datacurve.Server.Web;

/// <summary>What a caller may do in its project.</summary>
[Flags]
internal enum Scope
{
    None = 0,

    /// <summary>Open traces, append, upload, finalize.</summary>
    Ingest = 1,

    /// <summary>Read traces, blobs, states and results, redacted.</summary>
    Read = 2,

    /// <summary>Read recorded content as it was sent, where the project keeps it.</summary>
    ReadRaw = 4,

    /// <summary>Run QA again and put one's own judgement beside the judge's.</summary>
    Review = 8,

    /// <summary>Manage keys and projects of the whole service, and erase in its own project.</summary>
    Admin = 16,

    All = Ingest | Read | ReadRaw | Review | Admin,
}

/// <summary>The names of the scopes as keys, settings and policies write them.</summary>
internal static class ScopeNames
{
    private static readonly (string Name, Scope Scope)[] Known =
    [
        ("ingest", Scope.Ingest),
        ("read", Scope.Read),
        ("read_raw", Scope.ReadRaw),
        ("review", Scope.Review),
        ("admin", Scope.Admin),
    ];

    /// <summary>All of them, for messages.</summary>
    public static readonly string List = string.Join(", ", Known.Select(known => known.Name));

    public static IEnumerable<Scope> Single => Known.Select(known => known.Scope);

    public static IReadOnlyList<string> Of(Scope scopes) =>
        [.. Known.Where(known => scopes.HasFlag(known.Scope)).Select(known => known.Name)];

    public static string Text(Scope scopes) => string.Join(',', Of(scopes));

    /// <summary>False where a name is unknown or none is given.</summary>
    public static bool TryParse(IEnumerable<string> names, out Scope scopes)
    {
        scopes = Scope.None;
        foreach (var name in names)
        {
            var (_, scope) = Known.FirstOrDefault(known => known.Name == name.Trim());
            if (scope == Scope.None)
                return false;
            scopes |= scope;
        }

        return scopes != Scope.None;
    }

    /// <summary>From the form of <see cref="Text"/>.</summary>
    public static bool TryParse(string text, out Scope scopes) =>
        TryParse(text.Split(',', StringSplitOptions.RemoveEmptyEntries), out scopes);
}
