using Npgsql;

namespace Datacurve.Server;

/// <summary>
/// What a process that listens says of its stores: where everything is, which settings it does not use, and
/// what a process of its roles lacks over them. Never a password that a setting carries.
/// </summary>
internal static class StartReport
{
    /// <summary>The settings that a folder asked for by name goes before.</summary>
    private static readonly string[] Overridden = ["DATABASE_URL", "BLOB_STORE_PATH", "WORK_PATH"];

    /// <param name="options">As they were read.</param>
    /// <param name="data">The folder of <c>--data</c>, null where there was none.</param>
    /// <param name="variable">The value of an environment variable, null where it is not set.</param>
    public static IEnumerable<string> Lines(Options options, string? data, Func<string, string?> variable)
    {
        yield return $"Data in {Stores(options)}";
        var unused = Overridden.Where(name => variable(name) is { Length: > 0 });
        if (data is not null && unused.Any())
            yield return $"Not used, since --data keeps everything in its folder: {string.Join(", ", unused)}";
        if (options.PostgresConnection is null && options.Roles != Roles.All)
            yield return $"Only the role {options.Roles}, over a file that serves one process at a time: "
                + "processes that work together share a PostgreSQL (DATABASE_URL)";
    }

    private static string Stores(Options options)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(options.DatabasePath))!;
        var rows = options.PostgresConnection is { } connection ? NameOf(connection) : folder;
        var blobs =
            options.S3.Bucket is { } bucket ? $"s3://{bucket}/{options.S3.Prefix}"
            : options.PostgresConnection is null && IsWithin(options.BlobStorePath, folder) ? null
            : options.BlobStorePath;
        var jobs = options.RedisUrl is { } url ? $"{url.Scheme}://{url.Authority}{url.AbsolutePath}" : null;
        return rows
            + (blobs is null ? "" : $", blobs in {blobs}")
            + (jobs is null ? "" : $", jobs in {jobs}");
    }

    private static string NameOf(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        return $"{settings.Database} on {settings.Host}:{settings.Port}";
    }

    private static bool IsWithin(string path, string folder) =>
        Path.GetFullPath(path).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
