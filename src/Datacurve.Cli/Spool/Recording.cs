using Datacurve.Cli.Client;
using Datacurve.Cli.Spool.Control;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Redaction;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Spool;

/// <summary>
/// One recording, held exclusively by this process; thread-safe; what <see cref="FlushAsync"/> returned from
/// is on disk. Until then an event waits in memory for at most
/// <see cref="SpoolOptions.FlushInterval"/>.
/// </summary>
/// <remarks>
/// No fault of the disk reaches whoever adds: what cannot be kept is counted, warned of once, and said in the
/// trace by a <see cref="RecordingGap"/> as soon as there is room.
/// </remarks>
internal sealed class Recording : IAsyncDisposable
{
    private readonly SpoolOptions _options;
    private readonly TimeProvider _time;
    private readonly RecordingLocks _locks;
    private readonly Cleansing _cleansing;
    private readonly EventSpool _spool;
    private readonly Turns _turns = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _flushing;
    private ControlServer? _control;
    private RecordingManifest _manifest;

    public Recording(
        RecordingFolder files,
        RecordingManifest manifest,
        RecordingLocks locks,
        SpoolOptions options,
        TimeProvider time
    )
    {
        (Files, _manifest, _locks, _options, _time) = (files, manifest, locks, options, time);
        _cleansing = new Cleansing(manifest.RedactionKey);
        Consent = manifest.ReadTrace().Developer.ConsentFlags;
        _spool = new EventSpool(files, _cleansing, Consent, options, time, Warn);
        if (files.IsDropping)
            EventDrop.DeleteUnnamed(files, manifest);
        _flushing = FlushRegularlyAsync(_stop.Token);
    }

    public string Id => _manifest.RecordingId;

    /// <summary>Everything of this recording lies here.</summary>
    public string Folder => Files.Path;
    public RecordingFolder Files { get; }
    public RecordingManifest Manifest => _manifest;

    /// <summary>What the developer lets be kept; what is refused is on no disk of this recorder.</summary>
    public ConsentFlags Consent { get; }

    /// <summary>
    /// Whether this may be refused from now on: code and output lie on the disk unless they were refused at
    /// the beginning, and a trace that was opened has said what may be done with it.
    /// </summary>
    public bool CanRefuse(ConsentFlags asked) =>
        Consent.And(asked) is var both
        && both.StoreRawCode == Consent.StoreRawCode
        && both.StoreTerminalOutput == Consent.StoreTerminalOutput
        && (both == Consent || Files.ReadShipment().Opening is null);

    /// <summary>Whether something can have happened then, in Unix milliseconds, while it ran.</summary>
    public bool HasTime(long tsMs) =>
        _manifest.CreatedAtMs <= tsMs
        && tsMs <= _time.GetUtcNow().ToUnixTimeMilliseconds() + EventSpool.ClockJitterMs;

    /// <summary>What opens the trace, as it stands.</summary>
    public NewTrace Trace => _manifest.ReadTrace();

    /// <summary>
    /// Whether the developer asked that nothing be caught. Whoever catches looks before it adds; a thought
    /// that the developer writes meanwhile is meant, and is added.
    /// </summary>
    public bool IsPaused => _manifest.IsPaused;

    /// <summary>What was found damaged when this recording was opened; one sentence each.</summary>
    public IReadOnlyList<string> Damages => _spool.Damages;

    /// <summary>How many events could not be kept since this was opened.</summary>
    public long LostEvents => _spool.LostEvents;

    /// <summary>
    /// Set while this process records files itself: waits for its own edit that an editor tells of, or null
    /// where it sees none.
    /// </summary>
    public Func<ToldEdit, CancellationToken, Task<TraceEvent?>>? MeetEdit { get; set; }

    /// <summary>Raised with the new state. Handlers are quick and do not throw.</summary>
    public event EventHandler<PauseChange>? PauseChanged;

    /// <summary>Raised once per cause, with a sentence: no room, a clock moved back.</summary>
    public event EventHandler<RecordingWarning>? Warned;

    /// <summary>
    /// A file as this recording keeps it, secrets replaced. To be used where contents are compared or
    /// hashed before they are added; adding cleanses again, which changes nothing.
    /// </summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public byte[] Cleanse(ReadOnlySpan<byte> content) => _cleansing.File(content);

    /// <summary>A text as this recording keeps it.</summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public string Cleanse(string text) => _cleansing.Text(text)!;

    /// <summary>Keeps a blob of which it is not known whether it is code or output.</summary>
    public Task<BlobId> AddBlobAsync(ReadOnlyMemory<byte> content, CancellationToken ct) =>
        AddBlobAsync(content, ContentKind.Either, ct);

    /// <summary>Keeps a blob, once; only its name where the developer refuses its kind.</summary>
    public async Task<BlobId> AddBlobAsync(
        ReadOnlyMemory<byte> content,
        ContentKind kind,
        CancellationToken ct
    )
    {
        using var turn = await _turns.TakeAsync(ct);
        return _spool.AddBlob(content, kind);
    }

    /// <summary>
    /// Keeps a file as a blob, however large. It is cleansed already and not looked at; nobody changes it any
    /// more where it lies, at <paramref name="path"/>, so that it need not lie there twice.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<BlobId> AddFileAsync(Stream file, string path, ContentKind kind, CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        return _spool.AddFile(file, path, kind);
    }

    /// <summary>
    /// Adds an event: gives it the next seq, and an id and a time unless it has them. A time before that of
    /// the event before it is raised to it, so that the order by time is the order by seq.
    /// </summary>
    public async Task<TraceEvent> AddAsync(NewEvent added, CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        return _spool.Add(added, out _);
    }

    /// <summary>
    /// As <see cref="AddAsync"/>, for whoever must know what the log holds: null where the event could not
    /// be kept.
    /// </summary>
    public async Task<TraceEvent?> TryAddAsync(NewEvent added, CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        var numbered = _spool.Add(added, out var isKept);
        return isKept ? numbered : null;
    }

    public async Task<bool> HasBlobAsync(BlobId blobId, CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        return Files.Blobs.Has(blobId);
    }

    /// <summary>Waits until everything added before is on disk.</summary>
    /// <exception cref="RecordingException">The disk refuses it; it is tried again at every flush.</exception>
    public async Task FlushAsync(CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        if (_spool.TryFlush() is { } refused)
            throw new RecordingException($"{Folder} cannot be written: {refused.Message}", refused);
    }

    /// <summary>Stops catching, and says so in the trace; nothing where it is paused already.</summary>
    public Task PauseAsync(CancellationToken ct) => SetPausedAsync(true, ct);

    public Task ResumeAsync(CancellationToken ct) => SetPausedAsync(false, ct);

    /// <summary>
    /// Changes what opens the trace, for example to name the snapshot of the base. Has no effect on a trace
    /// that was opened already.
    /// </summary>
    public async Task ChangeTraceAsync(Func<NewTrace, NewTrace> change, CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        Save(_manifest with { Trace = RecordingFolder.ToJson(_cleansing.Trace(change(Trace))) });
    }

    /// <summary>
    /// Sends what is on disk now, and can go on being called while events are added. Never two at once.
    /// </summary>
    public Shipper ShipperTo(
        ServiceClient client,
        Backoff backoff,
        ShipperOptions options,
        Action<ShipReport>? progress = null
    ) =>
        new(Files, Manifest, client, backoff, options)
        {
            TakeTurn = _turns.TakeAsync,
            Progress = progress ?? (_ => { }),
        };

    /// <summary>
    /// Takes events out for good, with what only they named, and says in their place that something was.
    /// </summary>
    /// <exception cref="RecordingException">One of them was sent, or may have been.</exception>
    public async Task<DropReport> DropAsync(EventChoice choice, CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        return _spool.Rewrite(segments => new EventDrop(Files, segments, choice).Run(Manifest, _time));
    }

    /// <summary>
    /// Gives an edit that this process recorded what an editor tells of it, on disk; unless it was sent.
    /// </summary>
    /// <inheritdoc cref="EditCompletion.Run"/>
    public async Task<bool> CompleteAsync(long seq, ToldEdit told, CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        return _spool.Rewrite(segments =>
            new EditCompletion(Files, segments, _cleansing, Consent, _options).Run(seq, told)
        );
    }

    /// <summary>Says something to the developer, now or by `datacurve status`; one sentence.</summary>
    public void Warn(string sentence)
    {
        Files.Warnings.Add(sentence, _time.GetUtcNow());
        Warned?.Invoke(this, new RecordingWarning(sentence));
    }

    /// <summary>Lets commands reach this recording from now on, until it is let go.</summary>
    public void AnswerCommands(ControlServer control)
    {
        _control = control;
        control.Answer(this);
    }

    /// <summary>Flushes and lets go. Everything added stays, and can be opened again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        if (_control is not null)
            await _control.DisposeAsync();
        await _stop.CancelAsync();
        await _flushing;
        using (await _turns.TakeAsync(CancellationToken.None))
        {
            _spool.SayWhatIsMissing();
            if (_spool.TryFlush() is { } refused)
                Warn($"{Folder} cannot be written, the last events are lost: {refused.Message}");
            _spool.Dispose();
            _locks.Dispose();
        }
        _stop.Dispose();
        _turns.Dispose();
    }

    private async Task SetPausedAsync(bool paused, CancellationToken ct)
    {
        using (await _turns.TakeAsync(ct))
        {
            if (_manifest.IsPaused == paused)
                return;
            Save(_manifest with { IsPaused = paused });
            if (paused)
                _spool.Add(
                    new NewEvent(ActorKind.Tool, new RecordingGap { Reason = GapReason.Paused }),
                    out _
                );
        }
        PauseChanged?.Invoke(this, new PauseChange(paused));
    }

    private void Save(RecordingManifest manifest)
    {
        Files.WriteManifest(manifest);
        _manifest = manifest;
    }

    private async Task FlushRegularlyAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(_options.FlushInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                using var turn = await _turns.TakeAsync(ct);
                _spool.TryFlush();
            }
        }
        catch (OperationCanceledException)
        {
            // The recording is let go, which flushes once more.
        }
    }
}
