using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Microsoft.Extensions.Caching.Memory;

namespace Datacurve.Server.Auth;

/// <summary>
/// Holds every request that names a trace to the caller's project, in one place, so that no endpoint can
/// forget it: another project's trace is answered as one that does not exist, and one that was erased with
/// 410. A trace never changes its project, so that what was looked up once stays true, until it is erased:
/// whoever reads or changes the trace finds that it is nobody's, also where another process erased it.
/// </summary>
internal sealed class ProjectGuard(Database database, Erasures erasures) : IDisposable
{
    private const int RememberedMax = 100_000;
    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _owners = new(new MemoryCacheOptions { SizeLimit = RememberedMax });

    public async Task<bool> IsOfAsync(TraceId traceId, ProjectId project)
    {
        if (_owners.TryGetValue(traceId, out ProjectId owner))
            return owner == project;

        var found = await database.ReadAsync(connection =>
            connection.QuerySingleOrDefaultAsync<byte[]?>(
                "select project_id from traces where trace_id = @traceId",
                new { traceId = traceId.Stored() }
            )
        );
        if (found is null)
            return false;

        owner = new ProjectId(Ids.ToGuid(found));
        _owners.Set(
            traceId,
            owner,
            new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = RememberedFor }
        );
        return owner == project;
    }

    /// <summary>The trace was erased, and is looked up anew.</summary>
    public void Forget(TraceId traceId) => _owners.Remove(traceId);

    /// <summary>What to answer instead of the endpoint; null where it may run.</summary>
    private async Task<IResult?> RefusalAsync(string id, TraceId traceId, ProjectId project, bool takesErased)
    {
        if (await IsOfAsync(traceId, project))
            return null;
        if (await erasures.FindAsync(traceId, project) is not { } erasure)
            return Problem.UnknownTrace(id);
        return takesErased ? null : Problem.Erased(erasure.TraceId, erasure.ErasedAtMs);
    }

    public void Dispose() => _owners.Dispose();

    /// <summary>Asks before the endpoint runs.</summary>
    internal sealed class Middleware(RequestDelegate next, ProjectGuard guard)
    {
        public async Task InvokeAsync(HttpContext context)
        {
            if (context.GetRouteValue("trace_id") is not string id || !TraceId.TryParse(id, out var traceId))
            {
                await next(context);
                return;
            }

            var refusal = await guard.RefusalAsync(
                id,
                traceId,
                Caller.Of(context).Project,
                context.GetEndpoint()?.Metadata.GetMetadata<TakesErasedTraces>() is not null
            );
            if (refusal is not null)
            {
                await refusal.ExecuteAsync(context);
                return;
            }

            try
            {
                await next(context);
            }
            catch (TraceErasedException) when (context.Response.HasStarted)
            {
                // No failure, and nothing that the answer could still say: it breaks off.
                context.Abort();
                guard.Forget(traceId);
                return;
            }

            // The endpoint may have found that another process has erased it.
            if (context.Response.StatusCode == StatusCodes.Status404NotFound)
                guard.Forget(traceId);
        }
    }
}
