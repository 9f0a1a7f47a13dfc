using System.Formats.Tar;
using System.Text;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Traces;

namespace Datacurve.Tests.Cli.Demo;

/// <summary>A session of the demo, played for real and recorded by the real tool; nothing is sent.</summary>
internal sealed class PlayedSession : IDisposable
{
    private readonly TempFolder _folder;

    private PlayedSession(TempFolder folder) => _folder = folder;

    public required DemoSession Session { get; init; }
    public required GitRepository Repository { get; init; }
    public required RecordingFolder Files { get; init; }
    public required NewTrace Trace { get; init; }

    /// <summary>Every event of the recording, in order.</summary>
    public required IReadOnlyList<TraceEvent> Events { get; init; }

    public static async Task<PlayedSession> PlayAsync(IDemoSubject subject)
    {
        var ct = TestContext.Current.CancellationToken;
        var folder = new TempFolder();
        try
        {
            var path = Directory.CreateDirectory(folder.Combine(subject.Name)).FullName;
            var repository = new GitRepository(path);
            var session = await subject.PrepareAsync(repository, ct);
            await using var recorder = await RecorderProcess.StartAsync(
                folder.Combine("recorder"),
                path,
                session.Bug.Title,
                ct
            );
            await recorder.PlayAsync(session.Steps, path, new Printer(TextWriter.Null, colours: false), ct);
            var (files, manifest) = recorder.Store.List().Single();
            return new PlayedSession(folder)
            {
                Session = session,
                Repository = repository,
                Files = files,
                Trace = session.Describe(manifest.ReadTrace()),
                Events =
                [
                    .. SpooledEvents.All(files).Select(spooled => EventCatalog.Contract.Read(spooled.Json)),
                ],
            };
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public IEnumerable<T> Payloads<T>()
        where T : EventPayload => Events.Select(recorded => recorded.Payload).OfType<T>();

    public byte[] Content(BlobId blobId) => Files.Blobs.Read(blobId)!;

    public string Text(BlobId blobId) => Encoding.UTF8.GetString(Content(blobId));

    /// <summary>The files that the recording starts from.</summary>
    public TempFolder UnpackBase()
    {
        var folder = new TempFolder();
        var blobId = BlobId.Parse(Trace.Artifacts!["base_snapshot_blob_id"].GetString()!);
        using var tar = new MemoryStream(Content(blobId));
        TarFile.ExtractToDirectory(tar, folder.Path, overwriteFiles: false);
        return folder;
    }

    public void Dispose() => _folder.Dispose();
}
