namespace Datacurve.Tests.Simulation;

/// <summary>
/// What a run by hand sets: how many faults or texts, and the seed that repeats another run.
/// </summary>
internal static class RunSettings
{
    /// <summary><c>DATACURVE_TEST_SEED</c>, or else a new one each time.</summary>
    public static int Seed => Of("DATACURVE_TEST_SEED", Random.Shared.Next());

    /// <summary><c>DATACURVE_TEST_SEED</c>, or else this one.</summary>
    public static int SeedOr(int fallback) => Of("DATACURVE_TEST_SEED", fallback);

    /// <summary><c>DATACURVE_TEST_KILLS</c>, or else so many.</summary>
    public static int Kills(int fallback) => Of("DATACURVE_TEST_KILLS", fallback);

    /// <summary><c>DATACURVE_TEST_TEXTS</c>, or else so many.</summary>
    public static int Texts(int fallback) => Of("DATACURVE_TEST_TEXTS", fallback);

    private static int Of(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : fallback;
}
