using System.Diagnostics;

namespace Datacurve.Tests;

/// <summary>
/// The servers that tests share. Variables name them; where <c>./test</c> runs some of the tests, it names a
/// folder instead, in which the first test that needs a server starts it, and stops them itself.
/// </summary>
internal static class TestServers
{
    private const string FolderVariable = "DATACURVE_TEST_SERVERS";

    private static readonly Lazy<string> LazyEngine = new(() => Find("DATACURVE_TEST_DOCKER_HOST", "engine"));
    private static readonly Lazy<string> LazyPostgres = new(() =>
        Find("DATACURVE_TEST_POSTGRES_URL", "postgres")
    );
    private static readonly Lazy<string> LazyRedis = new(() => Find("DATACURVE_TEST_REDIS_URL", "redis"));
    private static readonly Lazy<string> LazyS3 = new(() => Find("DATACURVE_TEST_S3_ENDPOINT", "s3"));

    /// <summary>The socket of a container engine that has the image of the sandbox tests.</summary>
    public static string Engine => LazyEngine.Value;

    /// <summary>The URL of a database whose user may make others.</summary>
    public static string Postgres => LazyPostgres.Value;

    public static string Redis => LazyRedis.Value;

    /// <summary>The endpoint, with the access key and the secret key in it.</summary>
    public static string S3 => LazyS3.Value;

    /// <param name="variable">What names the server where there is one.</param>
    /// <param name="name">As its scripts have it, <c>tests/services/start-NAME</c>.</param>
    /// <param name="read">Reads variables; those of the process where left out.</param>
    /// <exception cref="InvalidOperationException">There is none, or it does not start.</exception>
    public static string Find(string variable, string name, Func<string, string?>? read = null)
    {
        read ??= Environment.GetEnvironmentVariable;
        if (read(variable) is { Length: > 0 } url)
            return url;
        return read(FolderVariable) is { Length: > 0 } folder
            ? Start(name, Path.Combine(folder, name))
            : throw new InvalidOperationException(
                $"{variable} is not set: these tests need a server. Run ./test, or set it to what "
                    + $"tests/services/start-{name} FOLDER prints."
            );
    }

    private static string Start(string name, string folder)
    {
        var script = Path.Combine(TidyTests.Root, "tests/services", $"start-{name}");
        using var process = Process.Start(
            new ProcessStartInfo(script, [folder]) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? printed.TrimEnd().Split('\n')[^1]
            : throw new InvalidOperationException(
                $"start-{name} ended with {process.ExitCode}; see {folder}"
            );
    }
}
