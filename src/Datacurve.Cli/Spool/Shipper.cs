using System.Net;
using System.Text.Json;
using Datacurve.Cli.Client;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Spool;

/// <summary>What has been sent so far, for whoever watches.</summary>
internal sealed record ShipReport
{
    public required string TraceId { get; init; }
    public long Events { get; init; }
    public int Blobs { get; init; }
    public long BlobBytes { get; init; }

    /// <summary>What the service refused for good; one sentence each.</summary>
    public IReadOnlyList<string> SetAside { get; init; } = [];
}

/// <summary>
/// Sends a recording from its disk: blobs that the service lacks, then the events that name them. The
/// bookmark moves only on an acknowledgement, and a batch that is sent again is the same bytes, which the
/// service recognizes: a crash anywhere sends nothing twice and leaves nothing out.
/// </summary>
/// <remarks>
/// An event that the service refuses for good must not hold up those behind it. It is found by halving its
/// batch, kept in <c>set-aside/</c>, and a <see cref="RecordingGap"/> goes in its place.
/// </remarks>
internal sealed class Shipper(
    RecordingFolder files,
    RecordingManifest manifest,
    ServiceClient client,
    Backoff backoff,
    ShipperOptions options
)
{
    private readonly ConsentFlags _consent = manifest.ReadTrace().Developer.ConsentFlags;
    private readonly HashSet<BlobId> _held = [];
    private readonly UnsentEvents _unsent = new(files);
    private readonly SetAsideEvents _setAside = new(files);
    private long _triedBefore;
    private bool _mayHaveArrived;
    private ShipReport _report = new() { TraceId = "" };

    /// <summary>
    /// Taken while a batch is claimed. Whoever drops events takes it too, so that none is dropped that is on
    /// its way.
    /// </summary>
    public Func<CancellationToken, Task<IDisposable>>? TakeTurn { get; init; }

    /// <summary>Raised after every batch and blob.</summary>
    public Action<ShipReport> Progress { get; init; } = _ => { };

    /// <summary>Sends everything that is on disk now.</summary>
    /// <exception cref="ServiceException">The service is away or refuses; what it took stays taken.</exception>
    /// <exception cref="RecordingException">The recording goes to another service.</exception>
    public async Task<ShipReport> ShipAsync(CancellationToken ct)
    {
        var shipment = await OpenAsync(ct);
        Say(_report with { TraceId = shipment.TraceId! });
        if (shipment.IsFinalized)
            return _report;
        while (await ClaimAsync(ct) is { Count: > 0 } batch)
            await ShipAsync(batch, ct);
        return _report;
    }

    /// <summary>Uploads a blob of the recording unless the service holds it.</summary>
    /// <returns>Whether the service holds it now; not where it is missing or damaged here.</returns>
    public async Task<bool> ShipBlobAsync(BlobId blobId, CancellationToken ct)
    {
        if (_held.Contains(blobId))
            return true;
        if (!await backoff.RunAsync(() => client.HasBlobAsync(blobId, ct), ct))
        {
            await using var content = files.Blobs.Open(blobId);
            if (content is null || !await UploadAsync(blobId, ct))
                return false;
            Say(_report with { Blobs = _report.Blobs + 1, BlobBytes = _report.BlobBytes + content.Length });
        }
        _held.Add(blobId);
        return true;
    }

    /// <summary>Opens the trace, once however often it is tried.</summary>
    public async Task<Shipment> OpenAsync(CancellationToken ct)
    {
        var shipment = files.ReadShipment();
        if (shipment.Service is { } service && service != client.Url)
            throw new RecordingException(
                $"Recording {manifest.RecordingId} goes to {service} since its first push, not to {client.Url}. "
                    + $"Say --url {service}."
            );
        if (shipment.TraceId is not null)
            return shipment;

        foreach (var blobId in manifest.ArtifactBlobs())
            if (!await ShipBlobAsync(blobId, ct))
                throw new RecordingException(
                    $"{blobId}, which the trace is opened with, is missing or damaged in {files.Path}. "
                        + "The recording cannot be sent; `datacurve review` still shows it."
                );
        // The body that is tried first is the one for good: with the same key another one would be refused.
        if (shipment.Opening is null)
            files.WriteShipment(shipment = shipment with { Opening = manifest.Trace });
        var body = JsonSerializer.SerializeToUtf8Bytes(
            shipment.Opening!.Value,
            SpoolJson.Default.JsonElement
        );
        var opened = await backoff.RunAsync(
            () => client.OpenTraceOnceAsync(body, manifest.RecordingId, ct),
            ct
        );
        shipment = shipment with { Service = client.Url, TraceId = opened.TraceId };
        files.WriteShipment(shipment);
        return shipment;
    }

    private async Task<bool> UploadAsync(BlobId blobId, CancellationToken ct)
    {
        try
        {
            await LeaveAsync(
                async () =>
                {
                    await using var content =
                        files.Blobs.Open(blobId) ?? throw new FileNotFoundException($"{blobId} is gone");
                    await client.PutBlobAsync(blobId, content, ct);
                    return true;
                },
                ct
            );
            return true;
        }
        catch (ServiceRefusedException refused) when (IsPoison(refused.Status))
        {
            return false;
        }
    }

    // From here on the batch may have been sent and can no longer be dropped.
    private async Task<IReadOnlyList<SpooledEvent>> ClaimAsync(CancellationToken ct)
    {
        using var turn = TakeTurn is null ? null : await TakeTurn(ct);
        var shipment = files.ReadShipment();
        var batch = _unsent.Next(shipment.SeqSent, options.BatchBytesMax);
        if (batch.Count > 0 && shipment.SeqTried < batch[^1].Seq)
        {
            _triedBefore = shipment.SeqTried;
            files.WriteShipment(shipment with { SeqTried = batch[^1].Seq });
        }
        else
            _mayHaveArrived = true;
        return batch;
    }

    private async Task ShipAsync(IReadOnlyList<SpooledEvent> batch, CancellationToken ct)
    {
        try
        {
            var sendable = new List<SpooledEvent>(batch.Count);
            foreach (var spooled in batch)
                sendable.Add(await WithBlobsAsync(spooled, ct));
            await SendAsync(sendable, ct);
        }
        catch (ServiceException) when (!_mayHaveArrived)
        {
            // Nobody was there: what is still here alone stays the developer's to drop.
            files.WriteShipment(files.ReadShipment() with { SeqTried = _triedBefore });
            throw;
        }
        finally
        {
            _mayHaveArrived = false;
        }
    }

    private Task<T> LeaveAsync<T>(Func<Task<T>> send, CancellationToken ct) =>
        backoff.RunAsync(
            async () =>
            {
                try
                {
                    var answer = await send();
                    _mayHaveArrived = true;
                    return answer;
                }
                catch (Exception e) when (e is not ServiceUnreachableException { NothingArrived: true })
                {
                    _mayHaveArrived = true;
                    throw;
                }
            },
            ct
        );

    private async Task<SpooledEvent> WithBlobsAsync(SpooledEvent spooled, CancellationToken ct)
    {
        foreach (var blobId in spooled.KeptBlobs(_consent))
            if (!await ShipBlobAsync(blobId, ct))
                return SetAside(spooled, $"{blobId}, which it names, is missing or damaged");
        return spooled;
    }

    private async Task SendAsync(IReadOnlyList<SpooledEvent> batch, CancellationToken ct)
    {
        try
        {
            await AppendAsync(batch, ct);
        }
        catch (ServiceRefusedException refused) when (IsPoison(refused.Status))
        {
            await RequireCollectingAsync(refused, ct);
            if (batch.Count > 1)
            {
                var half = batch.Count / 2;
                await SendAsync([.. batch.Take(half)], ct);
                await SendAsync([.. batch.Skip(half)], ct);
            }
            else if (SetAsideEvents.IsGapOf(batch[0]))
                // Not even the gap is taken, for example because the service has this seq already.
                Move(batch[0].Seq);
            else
                await SendAsync([SetAside(batch[0], refused.Message)], ct);
        }
    }

    private async Task AppendAsync(IReadOnlyList<SpooledEvent> batch, CancellationToken ct)
    {
        var traceId = files.ReadShipment().TraceId!;
        await LeaveAsync(() => client.AppendAsync(traceId, BodyOf(batch), ct), ct);
        Move(batch[^1].Seq);
        Say(_report with { Events = _report.Events + batch.Count });
    }

    private void Move(long seq) => files.WriteShipment(files.ReadShipment() with { SeqSent = seq });

    private async Task RequireCollectingAsync(ServiceRefusedException refused, CancellationToken ct)
    {
        if (refused.Status != HttpStatusCode.Conflict)
            return;
        var trace = await backoff.RunAsync(
            () => client.GetTraceAsync(files.ReadShipment().TraceId!, includeEvents: false, ct),
            ct
        );
        if (trace.Status != Core.Traces.TraceStatus.Collecting)
            throw refused;
    }

    private SpooledEvent SetAside(SpooledEvent spooled, string reason)
    {
        var sentence = _setAside.Keep(spooled, reason);
        Say(_report with { SetAside = [.. _report.SetAside, sentence] });
        return SetAsideEvents.GapOf(spooled);
    }

    private void Say(ShipReport report)
    {
        _report = report;
        Progress(report);
    }

    // Refused for what it is, not for who sends it or when: the same bytes will never be taken.
    private static bool IsPoison(HttpStatusCode status) =>
        status
            is HttpStatusCode.BadRequest
                or HttpStatusCode.Conflict
                or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.UnprocessableEntity;

    private static byte[] BodyOf(IReadOnlyList<SpooledEvent> batch)
    {
        using var body = new MemoryStream();
        body.Write("{\"events\":["u8);
        for (var i = 0; i < batch.Count; i++)
        {
            if (i > 0)
                body.WriteByte((byte)',');
            body.Write(batch[i].Json);
        }
        body.Write("]}"u8);
        return body.ToArray();
    }
}
