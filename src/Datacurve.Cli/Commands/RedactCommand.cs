using System.Buffers;
using System.CommandLine;
using Datacurve.Cli.Rendering;
using Datacurve.Core.Redaction;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve redact</c>: files and pipes without their secrets.</summary>
internal static class RedactCommand
{
    private const int ChunkBytes = 1 << 20;
    private const string FromPipe = "-";

    public static Command Create(Printer output, Printer errors)
    {
        var files = new Argument<string[]>("files")
        {
            Description = "Files to read; - or none is standard input",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var inPlace = Switch("--in-place", "Replace the files instead of printing");
        var binary = Switch(
            "--binary",
            "With --in-place, also replace in files that are no text; without it they are left as they are"
        );
        var keyFile = new Option<string?>("--key-file")
        {
            Description =
                "A file of at least 16 random bytes: the same secret is then the same placeholder in every "
                + "run; without it each run has a key of its own",
            HelpName = "file",
        };
        var noPersonal = Switch("--no-personal", "Leave addresses, numbers and names of people as they are");
        var report = Switch("--report", "Print on stderr how often each rule applied");
        var json = Switch("--json", "Print that report as JSON");
        var rules = RedactionSetup.Rules();
        var command = new Command("redact", "Replace secrets and personal data in files or a pipe")
        {
            files,
            inPlace,
            binary,
            rules,
            keyFile,
            noPersonal,
            report,
            json,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                var redactor = new Redactor(
                    RedactionSetup.ReadRules(parsed.GetValue(rules)),
                    RedactionSetup.ReadKey(parsed.GetValue(keyFile)),
                    new RedactionOptions { PersonalData = !parsed.GetValue(noPersonal), NamesAbove = true }
                );
                var counts = redactor.NewReport();
                var paths = parsed.GetValue(files) is { Length: > 0 } given ? given : [FromPipe];
                if (parsed.GetValue(inPlace) && paths.Contains(FromPipe))
                    throw new UsageException("--in-place takes files, not standard input");
                foreach (var path in paths)
                    if (parsed.GetValue(inPlace) && !parsed.GetValue(binary) && InputFile.IsBinary(path))
                        errors.Line($"{path} is no text and was left as it is; --binary redacts it too");
                    else
                        await RedactAsync(redactor, path, parsed.GetValue(inPlace), counts, ct);
                if (parsed.GetValue(json))
                    ReportView.WriteJson(parsed.InvocationConfiguration.Error, counts);
                else if (parsed.GetValue(report))
                    ReportView.Print(errors, counts);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Option<bool> Switch(string name, string description) =>
        new(name) { Description = description };

    private static async Task RedactAsync(
        Redactor redactor,
        string path,
        bool inPlace,
        RedactionReport counts,
        CancellationToken ct
    )
    {
        try
        {
            await (
                inPlace ? ReplaceAsync(redactor, path, counts, ct) : PrintAsync(redactor, path, counts, ct)
            );
        }
        catch (RedactionException refused)
        {
            var name = path == FromPipe ? "standard input" : path;
            var place = refused.Line is { } line ? $"{name}, line {line}" : name;
            throw new RedactionException($"{place}: {refused.Message}", refused);
        }
    }

    private static async Task PrintAsync(
        Redactor redactor,
        string path,
        RedactionReport report,
        CancellationToken ct
    )
    {
        await using var input = path == FromPipe ? StandardInput.Open() : InputFile.Open(path);
        await using var output = StandardStream.Output;
        await CopyAsync(redactor, input, output, report, ct);
    }

    // A failure leaves the file as it was: what is new is complete before it takes the old one's place.
    private static async Task ReplaceAsync(
        Redactor redactor,
        string path,
        RedactionReport report,
        CancellationToken ct
    )
    {
        var before = report.Total;
        var temporary = path + ".redacted-" + Path.GetRandomFileName();
        try
        {
            await using (var input = InputFile.Open(path))
            await using (var output = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await CopyAsync(redactor, input, output, report, ct);
                output.Flush(flushToDisk: true);
            }
            if (report.Total == before)
                return;
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: {e.Message}");
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task CopyAsync(
        Redactor redactor,
        Stream input,
        Stream output,
        RedactionReport report,
        CancellationToken ct
    )
    {
        var redacted = new ArrayBufferWriter<byte>(ChunkBytes);
        var chunks = redactor.OpenChunks(redacted, report);
        var buffer = new byte[ChunkBytes];
        for (int read; (read = await input.ReadAsync(buffer, ct)) > 0; )
        {
            chunks.Write(buffer.AsSpan(0, read));
            await FlushAsync();
        }
        chunks.Complete();
        await FlushAsync();

        async Task FlushAsync()
        {
            await output.WriteAsync(redacted.WrittenMemory, ct);
            redacted.ResetWrittenCount();
        }
    }
}

/// <summary>Opens a file and tells what it is, or says in a sentence why not.</summary>
internal static class InputFile
{
    private const int SniffedBytes = 8000;

    /// <exception cref="UsageException">It cannot be read.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new UsageException($"{path} is a folder; name files in it");
        if (!File.Exists(path))
            throw new UsageException($"{path}: there is no such file");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: {e.Message}");
        }
    }

    /// <summary>Whether a file is no text.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static bool IsBinary(string path)
    {
        using var input = Open(path);
        var start = new byte[SniffedBytes];
        return IsBinary(start.AsSpan(0, input.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)));
    }

    /// <summary>
    /// Whether what begins so is no text: by git's rule, but for UTF-16, which is text half of whose bytes
    /// may be zero.
    /// </summary>
    public static bool IsBinary(ReadOnlySpan<byte> start) =>
        start[..Math.Min(start.Length, SniffedBytes)].Contains((byte)0)
        && !start.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe])
        && !start.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]);
}
