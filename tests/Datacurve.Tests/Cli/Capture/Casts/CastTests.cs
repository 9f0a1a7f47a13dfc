using System.Text;
using Datacurve.Cli.Capture.Casts;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;
using Datacurve.Tests.Cli.Capture.Terminal;

namespace Datacurve.Tests.Cli.Capture.Casts;

public sealed class CastTests
{
    private const string Two = """{"version":2,"width":80,"height":24,"timestamp":1000}""";
    private const string Three = """{"version":3,"term":{"cols":90,"rows":25},"timestamp":1000}""";

    [Fact]
    public void Both_versions_are_read_to_the_same_times()
    {
        var two = Read($"{Two}\n[0.5,\"o\",\"a\"]\n[0.75,\"r\",\"100x30\"]\n[2,\"o\",\"b\"]\n");
        var three = Read(
            $"{Three}\n# a comment\n[0.5,\"o\",\"a\"]\n[0.25,\"r\",\"100x30\"]\n\n[1.25,\"o\",\"b\"]\n"
        );

        CastEvent[] expected = [new(500, "o", "a"), new(750, "r", "100x30"), new(2000, "o", "b")];
        Assert.Equal(expected, two.Events);
        Assert.Equal(expected, three.Events);
        Assert.Equal((80, 24, 90, 25), (two.Columns, two.Rows, three.Columns, three.Rows));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{}", "header")]
    [InlineData("""{"version":1,"width":80,"height":24}""", "version 1")]
    [InlineData("""{"version":2,"width":0,"height":24}""", "how large")]
    [InlineData("""{"version":3,"width":80,"height":24}""", "how large")]
    [InlineData(Two + "\n[1,\"o\"]", "line 2")]
    [InlineData(Two + "\n[1,\"o\",\"a\"]\n[-5,\"o\",\"b\"]", "line 3")]
    [InlineData(Two + "\n[1e300,\"o\",\"a\"]", "line 2")]
    [InlineData(Two + "\n[\"1\",\"o\",\"a\"]", "line 2")]
    [InlineData(Two + "\n[1,\"o\",\"\\ud800\"]", "line 2")]
    [InlineData(Two + "\nnot json", "line 2")]
    public void What_is_no_cast_is_refused_with_its_line(string text, string told) =>
        Assert.Contains(
            told,
            Assert.Throws<CastException>(() => Read(text)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_written_is_read_again(int version)
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        double at = 0;
        var events = Enumerable
            .Range(0, 5000)
            .Select(_ => new CastEvent(at += random.Next(2000), "o", RandomText(random)))
            .ToList();
        using var file = new StringWriter();
        var writer = new CastWriter(file, version);
        writer.WriteHeader(80, 24, 5000, "a \"title\"");
        events.ForEach(writer.Write);

        var read = Read(file.ToString()).Events;

        Assert.Equal(events.Select(e => (e.Code, e.Data)), read.Select(e => (e.Code, e.Data)));
        Assert.All(
            events.Zip(read),
            pair => Assert.Equal(pair.First.AfterMs, pair.Second.AfterMs, tolerance: 1.0)
        );
    }

    [Fact]
    public void Damaged_casts_are_read_or_refused_and_nothing_else()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 5000; round++)
        {
            var header = round % 2 == 0 ? Two : Three;
            var bytes = Encoding.UTF8.GetBytes($"{header}\n[0.5,\"o\",\"\\u001b[1mé\"]\n[1,\"x\",\"0\"]\n");
            for (var damage = random.Next(1, 5); damage > 0; damage--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                Read(Encoding.UTF8.GetString(bytes));
            }
            catch (CastException)
            {
                // Refused, as it may be.
            }
        }
    }

    [Fact]
    public async Task A_recorded_shell_is_exported_and_imported_again()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync("printf '\\e[31mred\\e[0m\\n'; sleep 0.3; echo later");
        await recorded.ExitAsync();
        using var file = new StringWriter();
        var folder = new RecordingFolder(recorded.RecordingFolder);

        var commands = new CastExport(new CastWriter(file, version: 3), folder.Blobs.Read).Write(
            recorded.Events(),
            "a title"
        );

        Assert.Equal(2, commands);
        var cast = Read(file.ToString());
        Assert.Equal((100, 30), (cast.Columns, cast.Rows));
        var output = cast.Events.Where(e => e.Code == "o").ToList();
        Assert.StartsWith("$ printf", output[0].Data, StringComparison.Ordinal);
        var red = output.Single(e => e.Data.Contains("\e[31mred\e[0m\r\n", StringComparison.Ordinal));
        var later = output.Single(e =>
            e.Data.Contains("later\r\n", StringComparison.Ordinal) && e != output[0]
        );
        Assert.True(later.AfterMs - red.AfterMs >= 250, file.ToString());
    }

    [Fact]
    public async Task An_imported_cast_is_one_command_with_its_output()
    {
        using var data = new TempFolder();
        var recording = new RecordingStore(data.Path, new SpoolOptions(), TimeProvider.System).Create(
            new NewRecording { RepositoryRoot = "/r", Trace = Trace() }
        );
        var text =
            $"{Three}\n[0.5,\"i\",\"typed\"]\n[0.5,\"o\",\"one\\r\\n\"]\n[1,\"o\",\"two\\r\\n\"]\n[1,\"x\",\"3\"]\n";

        await new CastImport(recording, TimeProvider.System).ReadAsync(
            CastReader.Open(new StringReader(text)),
            "/r",
            TestContext.Current.CancellationToken
        );
        await recording.DisposeAsync();

        var events = (
            from segment in SegmentFolder.Scan(recording.Files.Segments)
            from frame in segment.Frames
            where frame.Kind == FrameKind.Event
            select EventCatalog.Contract.Read(frame.Content.Span)
        ).ToList();
        var command = Assert.IsType<TerminalCommand>(events[0].Payload);
        var output = Assert.IsType<TerminalOutput>(events[1].Payload);
        var exit = Assert.IsType<TerminalExit>(events[2].Payload);
        Assert.Equal((true, 90, 1_000_000L), (command.IsUnmarkedShell, command.Columns, events[0].TsMs));
        Assert.Equal(
            "one\r\ntwo\r\n",
            Encoding.UTF8.GetString(recording.Files.Blobs.Read(output.ChunkBlobId)!)
        );
        Assert.Equal(
            [
                [0, 0],
                [5, 1000],
            ],
            output.Timing!
        );
        Assert.Equal((3, 3000L, 10L), (exit.ExitCode, exit.DurationMs, exit.OutputBytes));
    }

    private static Datacurve.Core.Traces.NewTrace Trace() =>
        new()
        {
            Repo = new() { RepoId = "r", CommitBase = "abc" },
            Task = new()
            {
                BugReport = new() { Title = "t", Description = "" },
            },
            Developer = new() { DeveloperId = "d" },
            Environment = new() { Ide = new() { Name = "i" } },
        };

    private static string RandomText(Random random) =>
        string.Concat(
            Enumerable.Range(0, random.Next(20)).Select(_ => new Rune(random.Next(0x20, 0x2fff)).ToString())
        ) + (random.Next(3) == 0 ? "\e[0m\r\n\"\\" : "");

    private static (List<CastEvent> Events, int? Columns, int? Rows) Read(string text)
    {
        var reader = CastReader.Open(new StringReader(text));
        return (reader.Events().ToList(), reader.Header.Columns, reader.Header.Rows);
    }
}
