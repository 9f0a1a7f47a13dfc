using System.Text.Json;
using Datacurve.Cli.Client;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core;

namespace Datacurve.Cli.Demo;

/// <summary>What the demo was asked to do.</summary>
internal sealed record DemoRequest
{
    public required bool Upstream { get; init; }
    public string? ClonePath { get; init; }
    public bool Keep { get; init; }
    public string? DataDirectory { get; init; }
    public Uri? Url { get; init; }

    /// <summary>Sent to the service at <see cref="Url"/>.</summary>
    public string? ApiKey { get; init; }
    public string Sandbox { get; init; } = DemoChecks.AnySandbox;
    public SessionVariant Variant { get; init; }

    /// <summary>The server to start where <see cref="Url"/> names none.</summary>
    public string? ServerExecutable { get; init; }
}

/// <summary>
/// Records a real fix with a real service, follows its QA, prints what came of it and checks what it prints.
/// </summary>
internal sealed class DemoRun(DemoRequest request, Printer printer)
{
    private const string TraceIdMark = "TRACE";

    /// <summary>The finished trace as the service gives it, once there is one.</summary>
    public JsonElement? Trace { get; private set; }

    /// <summary>Whether every check holds.</summary>
    /// <exception cref="DemoException">The demo could not be done.</exception>
    /// <exception cref="ServiceException">The service is not there, or refused something.</exception>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
            throw new DemoException("There is no recorder for Windows; in WSL the demo runs as on Linux.");
        if (request.Url is { } url)
        {
            using var client = new ServiceClient(url, request.ApiKey);
            await client.HealthAsync(ct);
            printer.Labelled("service", client.Url);
            return await RunAsync(client, [$"./datacurve show {TraceIdMark} --url {client.Url}"], ct);
        }
        return await RunOwnServiceAsync(ct);
    }

    private async Task<bool> RunOwnServiceAsync(CancellationToken ct)
    {
        var data = DataFolder(out var isKept);
        try
        {
            var (service, url) = await LocalService.StartAsync(Server(), data, Settings(), ct);
            await using (service)
            {
                using var client = new ServiceClient(url);
                printer.Labelled("service", $"{client.Url}, data in {data}");
                try
                {
                    return await RunAsync(client, NextCommands(data, isKept), ct);
                }
                catch (ServiceException)
                {
                    if (await service.HasEndedAsync())
                    {
                        printer.Line(new Piece("The service died. Its last lines:", Tone.Bad));
                        printer.Block(string.Join('\n', service.Tail), indent: 2);
                    }

                    throw;
                }
            }
        }
        finally
        {
            if (!isKept)
                Directory.Delete(data, recursive: true);
        }
    }

    private async Task<bool> RunAsync(ServiceClient client, string[] nextCommands, CancellationToken ct)
    {
        var work = Directory.CreateTempSubdirectory("datacurve-session-");
        try
        {
            var (store, session) = await RecordAsync(work, ct);
            Delivery delivery;
            await using (var held = store.Open(store.List().Single().Manifest.RecordingId))
                delivery = await new DemoDelivery(client, printer).DeliverAsync(held, session, ct);
            var checks = await FollowAsync(client, delivery, ct);
            SayWhereToLook(nextCommands, delivery.TraceId);
            return Report(checks);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private async Task<(RecordingStore Store, DemoSession Session)> RecordAsync(
        DirectoryInfo work,
        CancellationToken ct
    )
    {
        var subject = Subject();
        var repository = new GitRepository(work.CreateSubdirectory(subject.Name).FullName);
        var session = await subject.PrepareAsync(repository, ct);
        printer.Labelled("bug", session.Bug.Title);
        await using var recorder = await RecorderProcess.StartAsync(
            work.CreateSubdirectory("recorder").FullName,
            repository.Directory,
            session.Bug.Title,
            ct
        );
        await recorder.PlayAsync(session.Steps, repository.Directory, printer, ct);
        return (recorder.Store, session);
    }

    private async Task<IReadOnlyList<DemoCheck>> FollowAsync(
        ServiceClient client,
        Delivery delivery,
        CancellationToken ct
    )
    {
        printer.Labelled("qa", "finalizing");
        var watch = new QaWatch(client, printer);
        await watch.FollowAsync(delivery.TraceId, ct);
        Trace = await watch.ReadAsync(delivery.TraceId, includeEvents: true, ct);
        var trace = client.Read(Trace.Value, AnswerJson.Default.TraceDocument);
        if (trace.ReadQa() is { } qa)
            new QaView(printer).Print(qa);
        return DemoChecks.Of(trace, delivery, request.Url is null ? request.Sandbox : DemoChecks.AnySandbox);
    }

    private bool Report(IReadOnlyList<DemoCheck> checks)
    {
        printer.Line();
        foreach (var check in checks)
            if (check.Holds)
                printer.Line(new Piece("ok    ", Tone.Good), check.Claim);
            else
                printer.Line(new Piece("FAIL  ", Tone.Bad), $"{check.Claim}: {check.Found}");

        var failed = checks.Count(check => !check.Holds);
        printer.Line();
        printer.Line(
            failed == 0
                ? new Piece("All checks passed!", Tone.Good)
                : new Piece($"{failed} of {Quantity.Of(checks.Count, "check")} failed.", Tone.Bad)
        );
        return failed == 0;
    }

    private void SayWhereToLook(string[] commands, string traceId)
    {
        printer.Line();
        printer.Line("To look at the trace:");
        foreach (var command in commands)
            printer.Line("  " + command.Replace(TraceIdMark, traceId));
    }

    private static string[] NextCommands(string data, bool isKept) =>
        isKept
            ? [$"./datacurve serve --data '{data}'", $"./datacurve show {TraceIdMark}"]
            : ["with --keep, the service's data stays and can be served again; this time it is removed"];

    private IDemoSubject Subject() =>
        request.Upstream ? new UpstreamFix(request.ClonePath, printer) : new SampleFix(request.Variant);

    // Upstream's tests need pytest; an image without it gets it while it is prepared, never while tests run.
    private Dictionary<string, string> Settings() =>
        request.Upstream
            ? new() { ["SANDBOX"] = request.Sandbox, ["SETUP_NETWORK"] = "true" }
            : new() { ["SANDBOX"] = request.Sandbox };

    private string Server() =>
        request.ServerExecutable
        ?? throw new DemoException(
            "The demo starts a service, and DATACURVE_SERVER does not say which: run it as ./datacurve demo in a checkout, "
                + "or give the address of a running service with --url."
        );

    private string DataFolder(out bool isKept)
    {
        isKept = request.Keep || request.DataDirectory is not null;
        return request.DataDirectory is { } directory
            ? Directory.CreateDirectory(Path.GetFullPath(directory)).FullName
            : Directory.CreateTempSubdirectory("datacurve-demo-").FullName;
    }
}
