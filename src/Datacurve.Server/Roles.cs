namespace Datacurve.Server;

/// <summary>
/// What a process does: <c>api</c> answers clients, <c>worker</c> runs QA. Written as a list, as in
/// <c>api,worker</c>; at least one.
/// </summary>
internal sealed record Roles(bool Api, bool Worker)
{
    public const string Takes = "api, worker or api,worker";

    public static readonly Roles All = new(Api: true, Worker: true);

    public static bool TryParse(string text, out Roles roles)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries);
        roles = new Roles(names.Contains("api"), names.Contains("worker"));
        return Array.TrueForAll(names, name => name is "api" or "worker");
    }

    public override string ToString() =>
        (Api, Worker) is (true, true) ? "api,worker"
        : Api ? "api"
        : "worker";
}
