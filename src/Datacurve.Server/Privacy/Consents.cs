using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Datacurve.Core.Redaction;
using Datacurve.Core.Traces;
using Datacurve.Server.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace Datacurve.Server.Privacy;

/// <summary>
/// What the developer of each trace lets be stored. It is said when the trace is opened and never changes, so
/// that what was looked up once stays true.
/// </summary>
internal sealed class Consents(Database database, EventCatalog catalog) : IDisposable
{
    private const int RememberedMax = 100_000;

    private static readonly ConsentFlags Nothing = new()
    {
        StoreRawCode = false,
        StoreTerminalOutput = false,
        AllowLlmJudge = false,
        AllowHeuristicJudge = false,
    };

    private readonly MemoryCache _flags = new(new MemoryCacheOptions { SizeLimit = RememberedMax });

    /// <summary>
    /// What takes out of a trace's parts what may not be stored; null where everything may. Of a trace that
    /// is not there nothing may.
    /// </summary>
    public async ValueTask<Withholding?> OfAsync(TraceId traceId, Cleanser cleanser)
    {
        if (!_flags.TryGetValue(traceId, out ConsentFlags? flags))
            flags = await ReadAsync(traceId);
        return Of(flags ?? Nothing, cleanser);
    }

    /// <summary>The same for a trace that is being opened.</summary>
    public Withholding? Of(ConsentFlags flags, Cleanser cleanser) =>
        Withholding.IsAsked(flags) ? new Withholding(flags, cleanser.WithholdingKey, catalog) : null;

    /// <summary>What the developer of a trace says that was opened now.</summary>
    public void Remember(TraceId traceId, ConsentFlags flags) =>
        _flags.Set(traceId, flags, new MemoryCacheEntryOptions { Size = 1 });

    public void Dispose() => _flags.Dispose();

    private async Task<ConsentFlags?> ReadAsync(TraceId traceId)
    {
        var document = await database.ReadAsync(connection =>
            connection.QuerySingleOrDefaultAsync<byte[]?>(
                "select document from traces where trace_id = @traceId",
                new { traceId = traceId.Stored() }
            )
        );
        if (document is null)
            return null;
        var trace = JsonSerializer.Deserialize(document, DatacurveJson.Default.NewTrace)!;
        var flags = trace.Developer.ConsentFlags;
        Remember(traceId, flags);
        return flags;
    }
}
