using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Datacurve.Cli.Client;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Spool;

/// <summary>
/// How far a recording has been sent; <c>shipment.json</c>, moved only on an acknowledgement.
/// </summary>
internal sealed record Shipment
{
    /// <summary>The service's address, or null where nothing was sent yet.</summary>
    public string? Service { get; init; }
    public string? TraceId { get; init; }

    /// <summary>Every event up to this seq is on the service, or its gap is.</summary>
    public long SeqSent { get; init; }

    /// <summary>
    /// Every event up to this seq may be on the service: it was on its way when the answer was lost.
    /// </summary>
    public long SeqTried { get; init; }

    /// <summary>The body that opens the trace, from when it was first tried.</summary>
    public JsonElement? Opening { get; init; }
    public bool IsFinalized { get; init; }
}

/// <summary>Where everything of one recording lies.</summary>
internal sealed record RecordingFolder(string Path)
{
    public string Segments => System.IO.Path.Combine(Path, "spool");
    public string SetAside => System.IO.Path.Combine(Path, "set-aside");
    public string LockPath => System.IO.Path.Combine(Path, "lock");
    public BlobFolder Blobs { get; } = new(System.IO.Path.Combine(Path, "blobs"));
    public KeptWarnings Warnings { get; } = new(System.IO.Path.Combine(Path, "warnings"));
    private string ManifestPath => System.IO.Path.Combine(Path, "recording.json");
    private string DroppingPath => System.IO.Path.Combine(Path, "dropping");
    private string ShipmentPath => System.IO.Path.Combine(Path, "shipment.json");

    /// <summary>Makes the folders of a new recording, for its owner alone.</summary>
    public void Create(RecordingManifest manifest)
    {
        DurableFile.CreateFolder(Path);
        DurableFile.CreateFolder(Segments);
        Warnings.Reserve();
        WriteManifest(manifest);
    }

    public void WriteManifest(RecordingManifest manifest) =>
        DurableFile.Replace(
            ManifestPath,
            JsonSerializer.SerializeToUtf8Bytes(manifest, SpoolJson.Default.RecordingManifest)
        );

    /// <summary>What the recording is of, or null where this is no recording.</summary>
    /// <exception cref="RecordingException">It is damaged, or may not be read.</exception>
    public RecordingManifest? ReadManifest() => Read(ManifestPath, SpoolJson.Default.RecordingManifest);

    /// <summary>Whether a drop was begun and not ended.</summary>
    public bool IsDropping => File.Exists(DroppingPath);

    public void MarkDropping(bool begins)
    {
        if (begins)
            DurableFile.Replace(DroppingPath, []);
        else
            File.Delete(DroppingPath);
    }

    public void WriteShipment(Shipment shipment) =>
        DurableFile.Replace(
            ShipmentPath,
            JsonSerializer.SerializeToUtf8Bytes(shipment, SpoolJson.Default.Shipment)
        );

    /// <summary>How far it was sent.</summary>
    /// <exception cref="RecordingException">That is damaged, or may not be read.</exception>
    public Shipment ReadShipment() => Read(ShipmentPath, SpoolJson.Default.Shipment) ?? new Shipment();

    /// <inheritdoc cref="Shipment.IsFinalized"/>
    /// <returns>Null where that is damaged, or may not be read.</returns>
    public bool? IsFinalized()
    {
        try
        {
            return ReadShipment().IsFinalized;
        }
        catch (RecordingException)
        {
            return null;
        }
    }

    private static T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type)
                ?? throw new RecordingException($"{path} is damaged: it says nothing.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new RecordingException($"{path} is damaged: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException($"{path} cannot be read: {e.Message}", e);
        }
    }

    public static JsonElement ToJson(NewTrace trace) => JsonElement.Parse(RequestJson.Write(trace));
}
