namespace Datacurve.Server.Web;

/// <summary>
/// A parameter that an endpoint takes in its query, and what the OpenAPI document says of it. One that an
/// endpoint does not declare is refused by <see cref="KnownQuery"/>.
/// </summary>
/// <param name="Name">As it is sent.</param>
/// <param name="Text">What it does, with units and with what holds where it is absent.</param>
internal sealed record QueryParameter(string Name, string Text)
{
    public int? Min { get; init; }
    public int? Max { get; init; }

    /// <summary>What holds where it is absent, and one value can say it.</summary>
    public System.Text.Json.Nodes.JsonNode? Default { get; init; }

    /// <summary>All values that there are; none where there are too many.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
    public bool IsFlag { get; init; }
}

/// <summary>
/// Marks an endpoint whose callers may send in the query, beside what it takes, what they like. The wire
/// contract's endpoints have always let them, and monitors ask for health with what they please.
/// </summary>
internal sealed record TakesAnyQuery;

/// <summary>Declares what an endpoint takes in its query.</summary>
internal static class QueryParameters
{
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, string name, string text) =>
        endpoint.WithMetadata(new QueryParameter(name, text));

    /// <summary>A parameter with one of a few values.</summary>
    public static RouteHandlerBuilder Takes(
        this RouteHandlerBuilder endpoint,
        string name,
        string text,
        IReadOnlyList<string> values
    ) => endpoint.WithMetadata(new QueryParameter(name, text) { Values = values });

    public static RouteHandlerBuilder TakesFlag(
        this RouteHandlerBuilder endpoint,
        string name,
        string text,
        bool? absent = null
    ) => endpoint.WithMetadata(new QueryParameter(name, text) { IsFlag = true, Default = absent });

    /// <summary>How many a page has at most.</summary>
    public static RouteHandlerBuilder TakesLimit(
        this RouteHandlerBuilder endpoint,
        int absent,
        int max,
        string text
    ) =>
        endpoint.WithMetadata(
            new QueryParameter("limit", text)
            {
                Min = 1,
                Max = max,
                Default = absent,
            }
        );

    /// <summary>An endpoint of the wire contract, or one that monitors ask.</summary>
    public static RouteHandlerBuilder TakesAnyQuery(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new TakesAnyQuery());
}
