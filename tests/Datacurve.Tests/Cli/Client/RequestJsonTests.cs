using System.Text;
using System.Text.Json;
using Datacurve.Cli.Client;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Traces;

namespace Datacurve.Tests.Cli.Client;

public sealed class RequestJsonTests
{
    private static readonly BlobId Blob = BlobId.Of("text"u8);

    private static readonly EventPayload[] Payloads =
    [
        new FileEdit
        {
            FilePath = "a.py",
            EditKind = EditKind.Patch,
            PatchBlobId = Blob,
        },
        new FileSnapshot
        {
            FilePath = "a.py",
            ContentBlobId = Blob,
            SnapshotReason = SnapshotReason.PreTest,
        },
        new TerminalCommand { Cwd = "/", Command = "ls" },
        new TerminalOutput { Stream = OutputStream.Stderr, ChunkBlobId = Blob },
        new TerminalExit { ExitCode = 1, DurationMs = 5 },
        new TestRun
        {
            Command = "go test",
            Runner = TestRunner.GoTest,
            ExitCode = 1,
            DurationMs = 5,
            Passed = false,
        },
        new Thought { ContentBlobId = Blob, Kind = ThoughtKind.Plan },
        new Commit { CommitSha = "0123456789abcdef", Message = "m" },
        new PrMetadata { Title = "t" },
        new RecordedError { ErrorType = "E", Message = "m" },
        new DebugAction { Action = "step" },
        new Navigation { FilePath = "a.py", Line = 3 },
        new RecordingGap { Reason = GapReason.Dropped, Events = 2 },
    ];

    [Fact]
    public void Every_event_type_is_written_as_the_catalog_reads_it()
    {
        Assert.Equal(EventCatalog.Contract.Payloads.Count, Payloads.Length);
        for (var i = 0; i < Payloads.Length; i++)
        {
            var sent = EventOf(Payloads[i], seq: i + 1);
            using var body = JsonDocument.Parse(RequestJson.Write(sent));

            var read = EventCatalog.Contract.Read(body.RootElement);

            Assert.Equal(RequestJson.TypeOf(Payloads[i]), read.Type);
            Assert.Equal((sent.EventId, sent.Seq, sent.TsMs), (read.EventId, read.Seq, read.TsMs));
            Assert.Equal(sent.Payload.Summary, read.Payload.Summary);
        }
    }

    [Fact]
    public void A_payload_holds_only_the_members_of_the_contract()
    {
        foreach (var payload in Payloads)
        {
            using var body = JsonDocument.Parse(RequestJson.Write(EventOf(payload, 1)));
            var members = body.RootElement.GetProperty("payload").EnumerateObject().ToList();

            Assert.DoesNotContain(members, member => member.Name == "$type");
            Assert.DoesNotContain(members, member => member.Value.ValueKind == JsonValueKind.Null);
        }
    }

    [Fact]
    public void A_final_state_without_a_pull_request_leaves_it_out() =>
        Assert.Equal(
            """{"final_state":{"commit_head":"abc"}}""",
            Encoding.UTF8.GetString(RequestJson.Write(new FinalState { CommitHead = "abc" }))
        );

    private static TraceEvent EventOf(EventPayload payload, long seq) =>
        new()
        {
            EventId = Guid.NewGuid(),
            Seq = seq,
            TsMs = 1_700_000_000_000,
            Type = RequestJson.TypeOf(payload),
            Actor = new Actor { Kind = ActorKind.Tool },
            Context = new EventContext { Branch = "main" },
            Payload = payload,
        };
}
