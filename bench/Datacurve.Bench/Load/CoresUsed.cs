using System.Diagnostics;

namespace Datacurve.Bench.Load;

/// <summary>
/// How many cores the server and the loader take while the load runs: whether the loader is in the way.
/// </summary>
internal sealed class CoresUsed(ServerUnderLoad server)
{
    private double _seconds;
    private double _server;
    private double _loader;

    public async Task<T> DuringAsync<T>(Func<Task<T>> load)
    {
        var (started, serverBefore, loaderBefore) = (Stopwatch.GetTimestamp(), server.CpuSeconds, Own());
        var outcome = await load();
        _seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
        _server += server.CpuSeconds - serverBefore;
        _loader += Own() - loaderBefore;
        return outcome;
    }

    public override string ToString() =>
        $"server {_server / _seconds:0.00} cores, loader {_loader / _seconds:0.00}";

    private static double Own()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalSeconds;
    }
}
