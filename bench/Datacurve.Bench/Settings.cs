namespace Datacurve.Bench;

/// <summary>How a run measures, and where it keeps what it makes meanwhile.</summary>
/// <param name="Folder">A folder of the run's own, on the disk that is measured.</param>
/// <param name="Progress">Where it says what it is at.</param>
internal sealed record Settings(string Folder, TextWriter Progress)
{
    /// <summary>How long one side of a comparison runs before the other has its turn.</summary>
    public required double Seconds { get; init; }

    /// <summary>How often both sides have their turn.</summary>
    public required int Rounds { get; init; }

    /// <summary>The events of the large store.</summary>
    public required long Rows { get; init; }

    /// <summary>Both sides run once this long unmeasured, so that code is compiled and caches are
    /// warm.</summary>
    public double WarmUpSeconds => Math.Clamp(Seconds, 2, 10);

    /// <summary><c>DATACURVE_SERVER</c>: the server's program, built for release.</summary>
    public static string Server => Required("DATACURVE_SERVER");

    /// <summary><c>DATACURVE_CHECKOUT</c>: the checkout that this is built from.</summary>
    public static string Checkout => Required("DATACURVE_CHECKOUT");

    /// <summary><c>DATACURVE_CHECKOUT_BEFORE</c>: one of an older commit, built for release.</summary>
    public static string CheckoutBefore => Required("DATACURVE_CHECKOUT_BEFORE");

    /// <summary>The older commit's server.</summary>
    public static string ServerBefore =>
        Path.Combine(CheckoutBefore, "src/Datacurve.Server/bin/Release/net10.0/datacurve-server.dll");

    /// <summary>
    /// <c>DATACURVE_TEST_POSTGRES_URL</c>: a cluster, by a user who may create databases.
    /// </summary>
    public static string Postgres => Required("DATACURVE_TEST_POSTGRES_URL");

    /// <summary><c>DATACURVE_TEST_DOCKER_HOST</c>: a container engine that has the tests' image.</summary>
    public static string DockerHost => Required("DATACURVE_TEST_DOCKER_HOST");

    /// <summary>A new folder for one figure.</summary>
    public string NewFolder(string name) =>
        Directory.CreateDirectory(Path.Combine(Folder, $"{name}-{Guid.NewGuid():N}")).FullName;

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{name} is not set; bench/run or bench/before sets it.");
}

/// <summary>
/// A folder that goes with the run. It lies in <c>TMPDIR</c>, which must be on the disk to be measured.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("datacurve-bench.").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
