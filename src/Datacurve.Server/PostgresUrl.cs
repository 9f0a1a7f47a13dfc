using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Npgsql;

namespace Datacurve.Server;

/// <summary>
/// A PostgreSQL URL as other tools take it, <c>postgresql://user:password@host:port/database?sslmode=…</c>,
/// turned into the driver's words. A driver's name after a plus sign (<c>postgresql+asyncpg</c>) is left out.
/// </summary>
internal static class PostgresUrl
{
    public const string Takes =
        "postgresql://USER:PASSWORD@HOST:PORT/DATABASE with any of the parameters host, sslmode, sslrootcert, "
        + "connect_timeout and application_name";

    // A database that is away is told within seconds; a statement that hangs gives its connection back.
    private const int ConnectSeconds = 5;
    private const int StatementSeconds = 20;
    private const int StatementsPrepared = 64;

    /// <summary>Whether the text names a PostgreSQL database, well-formed or not.</summary>
    public static bool IsOne(string url)
    {
        var scheme = url.Split(':', 2)[0].Split('+', 2)[0];
        return scheme is "postgresql" or "postgres";
    }

    /// <param name="text">The URL.</param>
    /// <param name="connectionString">For the driver; it holds the password.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? connectionString)
    {
        connectionString = null;
        var parts = text.Split("://", 2);
        if (
            parts.Length < 2
            || !IsOne(text)
            || !Uri.TryCreate("postgresql://" + WithHost(parts[1]), UriKind.Absolute, out var url)
        )
            return false;

        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host.Trim('[', ']'),
            Port = url.Port > 0 ? url.Port : NpgsqlConnection.DefaultPort,
            Timeout = ConnectSeconds,
            CommandTimeout = StatementSeconds,
            MaxAutoPrepare = StatementsPrepared,
            AutoPrepareMinUsages = 2,
            // Nothing but transactions is left on a connection, and the driver ends those.
            NoResetOnClose = true,
            ApplicationName = "datacurve",
        };
        if (!TakeUser(url, settings) || !TakeParameters(url, settings))
            return false;
        if (Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')) is { Length: > 0 } database)
            settings.Database = database;
        connectionString = settings.ToString();
        return true;
    }

    // A URL whose host is a parameter has none at its place.
    private static string WithHost(string rest)
    {
        var end = rest.IndexOfAny(['/', '?']) is >= 0 and var found ? found : rest.Length;
        return end == 0 || rest[end - 1] == '@' ? rest.Insert(end, "localhost") : rest;
    }

    private static bool TakeUser(Uri url, NpgsqlConnectionStringBuilder settings)
    {
        var parts = url.UserInfo.Split(':', 2);
        if (parts[0].Length > 0)
            settings.Username = Uri.UnescapeDataString(parts[0]);
        if (parts.Length == 2)
            settings.Password = Uri.UnescapeDataString(parts[1]);
        // The driver would take the name of the operating system's user.
        return settings.Username is { Length: > 0 };
    }

    private static bool TakeParameters(Uri url, NpgsqlConnectionStringBuilder settings)
    {
        foreach (var (name, value) in Parameters(url))
            switch (name)
            {
                case "host":
                    settings.Host = value;
                    break;
                case "port" when int.TryParse(value, CultureInfo.InvariantCulture, out var port):
                    settings.Port = port;
                    break;
                case "application_name":
                    settings.ApplicationName = value;
                    break;
                case "sslrootcert":
                    settings.RootCertificate = value;
                    break;
                case "connect_timeout"
                    when int.TryParse(value, CultureInfo.InvariantCulture, out var seconds)
                        && seconds is > 0 and <= 1024:
                    settings.Timeout = seconds;
                    break;
                case "sslmode" or "ssl" when SslModeOf(value) is { } mode:
                    settings.SslMode = mode;
                    break;
                default:
                    return false;
            }

        return true;
    }

    private static SslMode? SslModeOf(string value) =>
        value switch
        {
            "disable" => SslMode.Disable,
            "allow" => SslMode.Allow,
            "prefer" => SslMode.Prefer,
            "require" => SslMode.Require,
            "verify-ca" => SslMode.VerifyCA,
            "verify-full" => SslMode.VerifyFull,
            _ => null,
        };

    private static IEnumerable<(string Name, string Value)> Parameters(Uri url) =>
        from pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        let parts = pair.Split('=', 2)
        select (parts[0], parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
}
