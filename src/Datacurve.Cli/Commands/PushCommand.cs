using System.CommandLine;
using System.Text.Json;
using Datacurve.Cli.Client;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve push</c>: sends what was recorded.</summary>
internal static class PushCommand
{
    public static Command Create(Printer output, Printer errors)
    {
        var recording = new RecordingOption();
        var url = ServiceUrlOption.WithDefault();
        var patience = new Option<int>("--patience")
        {
            Description = "How many seconds to keep trying a service that is away",
            HelpName = "seconds",
            DefaultValueFactory = _ => 30,
        };
        patience.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var n) && n >= 0))
                result.AddError("--patience takes a whole number of seconds, 0 or more.");
        });
        var json = new Option<bool>("--json")
        {
            Description = "Print what was sent as JSON, progress on stderr",
        };
        var command = new Command("push", "Send the recording, or the rest of it, to the service")
        {
            recording.Option,
            url,
            patience,
            json,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                var (store, _, manifest) = recording.Find(parsed);
                await using var held = store.Open(manifest.RecordingId);
                using var client = ServiceConnection.Open(parsed.GetValue(url)!);
                var options = new ShipperOptions
                {
                    Patience = TimeSpan.FromSeconds(parsed.GetValue(patience)),
                };
                var report = await SendAsync(held, client, options, errors, ct);
                if (parsed.GetValue(json))
                    JsonOutput.Write(
                        parsed.InvocationConfiguration.Output,
                        JsonSerializer.SerializeToElement(report, CommandJson.Default.ShipReport)
                    );
                else
                    Print(report, client.Url, output);
                return report.SetAside.Count == 0 ? ExitCode.Done : ExitCode.Failed;
            }
        );
        return command;
    }

    /// <summary>Sends everything, with progress where a person watches.</summary>
    public static async Task<ShipReport> SendAsync(
        Recording held,
        ServiceClient client,
        ShipperOptions options,
        Printer errors,
        CancellationToken ct
    )
    {
        foreach (var damage in held.Damages)
            errors.Block(damage, indent: 0, Tone.Bad);
        await held.FlushAsync(ct);
        using var progress = new ProgressLine();
        var shipper = ShipperOf(held, client, options, errors, report => progress.Show(Text(report)));
        return await shipper.ShipAsync(ct);
    }

    /// <summary>Sends one blob of the recording that the service may lack.</summary>
    /// <exception cref="RecordingException">It is missing here, or refused.</exception>
    public static async Task SendBlobAsync(
        Recording held,
        ServiceClient client,
        BlobId blobId,
        Printer errors,
        CancellationToken ct
    )
    {
        var shipper = ShipperOf(held, client, new ShipperOptions(), errors, _ => { });
        if (!await shipper.ShipBlobAsync(blobId, ct))
            throw new RecordingException($"{blobId} is missing or damaged in {held.Folder}.");
    }

    private static Shipper ShipperOf(
        Recording held,
        ServiceClient client,
        ShipperOptions options,
        Printer errors,
        Action<ShipReport> progress
    ) =>
        held.ShipperTo(
            client,
            new Backoff(options, TimeProvider.System, text => errors.Line(text)),
            options,
            progress
        );

    public static void Print(ShipReport report, string url, Printer output)
    {
        output.Labelled("trace", $"{report.TraceId} at {url}");
        output.Labelled("sent", Text(report));
        foreach (var sentence in report.SetAside)
            output.Block(sentence, indent: 0, Tone.Bad);
    }

    private static string Text(ShipReport report) =>
        $"{Quantity.Of(report.Events, "event")}, {Quantity.Of(report.Blobs, "blob")} "
        + $"({Sizes.Text(report.BlobBytes)})";
}
