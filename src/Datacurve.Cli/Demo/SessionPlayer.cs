using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Cli.Spool.Control;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Demo;

/// <summary>
/// Plays the steps of a session in order, in a repository that is being recorded: commands are typed, files
/// are saved, thoughts and looks reach the recorder as <c>datacurve note</c> and <c>pipe</c> bring them.
/// Each step is on disk before the next.
/// </summary>
internal sealed class SessionPlayer(
    RecorderProcess recorder,
    RecordingAccess access,
    SpoolWatch watch,
    string repository
)
{
    private const string EndOfMessage = "END_OF_MESSAGE";

    // A file with a byte order mark keeps it, one without gets none.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <exception cref="DemoException">The session does not fit the repository.</exception>
    public async Task PlayAsync(IReadOnlyList<SessionStep> steps, CancellationToken ct)
    {
        foreach (var step in steps)
            await PlayAsync(step, ct);
    }

    private async Task PlayAsync(SessionStep step, CancellationToken ct)
    {
        switch (step)
        {
            case SessionStep.Think(var kind, var text):
                await AskAsync(
                    new ControlRequest
                    {
                        Op = ControlRequest.Note,
                        Kind = kind,
                        Text = text,
                    },
                    ct
                );
                break;
            case SessionStep.Look(var path, var symbol):
                await AskAsync(
                    new ControlRequest
                    {
                        Op = ControlRequest.Event,
                        Piped = await LookAsync(path, symbol, ct),
                    },
                    ct
                );
                break;
            case SessionStep.Run(var command):
                await RunAsync(command, _ => true, ct);
                break;
            case SessionStep.Test(var command):
                await RunAsync(command, recorded => recorded.Any(payload => payload is TestRun), ct);
                break;
            case SessionStep.Edit(var path, var replacements):
                await SaveAsync(path, await ReplaceAsync(path, replacements, ct), ct);
                break;
            case SessionStep.Save(var path, var content):
                await SaveAsync(path, content, ct);
                break;
            case SessionStep.MakeCommit(var message):
                await RunAsync(
                    $"git add --all && git commit --quiet --file=- <<'{EndOfMessage}'\n{message}\n{EndOfMessage}",
                    recorded => recorded.Any(payload => payload is Commit),
                    ct
                );
                break;
            default:
                throw new InvalidOperationException($"no way to play {step.GetType().Name}");
        }
    }

    private async Task RunAsync(
        string commands,
        Func<IReadOnlyCollection<EventPayload>, bool> isRecorded,
        CancellationToken ct
    )
    {
        var before = watch.Count;
        var ended = await recorder.TypeAsync(commands, ct);
        await watch.UntilAsync(
            before,
            $"what came of: {commands}",
            recorded =>
            {
                var payloads = recorded.ToList();
                return payloads.Count(payload => payload is TerminalExit) >= ended && isRecorded(payloads);
            },
            ct
        );
    }

    /// <param name="content">What the file holds from now on; null takes it away.</param>
    private async Task SaveAsync(string path, byte[]? content, CancellationToken ct)
    {
        var before = watch.Count;
        var file = Path.Combine(repository, path);
        if (content is null)
            File.Delete(file);
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, content, ct);
        }
        await watch.UntilAsync(
            before,
            $"the edit of {path}",
            recorded =>
                recorded.Any(payload =>
                    payload is FileEdit { FilePath: var edited } && edited == path
                    || payload is FileSnapshot { FilePath: var saved } && saved == path
                ),
            ct
        );
    }

    private async Task<byte[]> ReplaceAsync(
        string path,
        IReadOnlyList<Replacement> replacements,
        CancellationToken ct
    )
    {
        var text = Utf8.GetString(await File.ReadAllBytesAsync(Path.Combine(repository, path), ct));
        foreach (var (old, replacement) in replacements)
            text = text.Split(old) is [var before, var after]
                ? before + replacement + after
                : throw new DemoException($"the text to replace does not occur once in {path}: {old}");
        return Utf8.GetBytes(text);
    }

    // As an editor's plugin says where a symbol was looked up.
    private async Task<JsonElement> LookAsync(string path, string symbol, CancellationToken ct)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(repository, path), ct);
        var line = Array.FindIndex(lines, text => text.Contains($"def {symbol}(", StringComparison.Ordinal));
        var payload = new JsonObject { ["file_path"] = path, ["symbol"] = symbol };
        if (line >= 0)
            payload["line"] = line + 1;
        return JsonElement.Parse(
            new JsonObject { ["type"] = "navigation", ["payload"] = payload }.ToJsonString()
        );
    }

    private async Task AskAsync(ControlRequest request, CancellationToken ct)
    {
        var answer = await access.RunAsync(request, ct);
        if (!answer.Ok)
            throw new DemoException($"The recorder refused a {request.Op}: {answer.Error}");
        watch.ReadNew();
    }
}
