using System.Threading.Channels;
using Dapper;
using Datacurve.Core;
using Npgsql;

namespace Datacurve.Server.Storage;

/// <summary>
/// Carries the signals of traces between processes, by LISTEN and NOTIFY of the database that they share.
/// </summary>
/// <remarks>
/// A NOTIFY inside an append would take a lock of the whole cluster at every commit. So changes are told
/// after it, those of <see cref="Gather"/> together, and what is lost is found by the followers' own polling.
/// </remarks>
internal sealed class PostgresSignals(
    Options options,
    Database database,
    TraceSignals signals,
    TimeProvider time,
    ILogger<PostgresSignals> log
) : BackgroundService
{
    private const int ToldMax = 10_000;

    // A payload has room for 7,999 bytes.
    private const int TracesPerNotify = 200;
    private const int KeepAliveSeconds = 10;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly string _self = Guid.NewGuid().ToString("N");
    private readonly Channel<TraceId> _changed = Channel.CreateBounded<TraceId>(
        new BoundedChannelOptions(ToldMax) { SingleReader = true }
    );

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signals.Relay = traceId => _changed.Writer.TryWrite(traceId);
        await Task.WhenAll(RepeatAsync(TellAsync, stoppingToken), RepeatAsync(HearAsync, stoppingToken));
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> act, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await act(ct);
            }
            catch (Exception exception) when (!ct.IsCancellationRequested)
            {
                log.SignalsAway(exception.Message);
            }

            await Task.Delay(Retry, time, ct);
        }
    }

    private async Task TellAsync(CancellationToken ct)
    {
        while (await _changed.Reader.WaitToReadAsync(ct))
        {
            var told = new HashSet<TraceId>();
            while (told.Count < TracesPerNotify && _changed.Reader.TryRead(out var traceId))
                told.Add(traceId);
            var payload = $"{_self} {string.Join(' ', told.Select(traceId => traceId.Value.ToString("N")))}";
            await database.ReadAsync(connection =>
                connection.ExecuteAsync("select pg_notify('datacurve_traces', @payload)", new { payload })
            );
            await Task.Delay(Gather, time, ct);
        }
    }

    private async Task HearAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(options.PostgresConnection)
            {
                // One connection for good, that notices when the other end has gone.
                Pooling = false,
                KeepAlive = KeepAliveSeconds,
                ApplicationName = "datacurve-signals",
            }.ToString()
        );
        connection.Notification += (_, notice) => Hear(notice.Payload);
        await connection.OpenAsync(ct);
        await connection.ExecuteAsync("listen datacurve_traces");
        while (true)
            await connection.WaitAsync(ct);
    }

    private void Hear(string payload)
    {
        var words = payload.Split(' ');
        if (words[0] == _self)
            return;
        foreach (var word in words[1..])
            if (Guid.TryParseExact(word, "N", out var id))
                signals.Wake(new TraceId(id));
    }
}
