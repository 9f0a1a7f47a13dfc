using System.Text;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Demo;

/// <summary>Plays the steps of a session in order, in a real repository.</summary>
internal sealed class SessionPlayer(RecordedWork work, string baseCommit)
{
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
                await work.ThinkAsync(kind, text, ct);
                break;
            case SessionStep.Look(var path, var symbol):
                await work.LookAsync(path, symbol, ct);
                break;
            case SessionStep.Run(var command):
                await work.RunAsync(command, ct);
                break;
            case SessionStep.Test(var command):
                await work.TestAsync(command, TestRunner.Custom, ct);
                break;
            case SessionStep.Edit(var path, var replacements):
                await work.EditAsync(path, () => ReplaceAsync(path, replacements, ct), ct);
                break;
            case SessionStep.MakeCommit(var message):
                await work.CommittedAsync(await work.Repository.CommitAsync(message, ct), message, ct);
                break;
            case SessionStep.OpenPullRequest(var title, var description):
                var diff = await work.Repository.DiffAsync(baseCommit, "HEAD", ct);
                await work.OpenPullRequestAsync(title, description, await work.BlobAsync(diff, ct), ct);
                break;
            default:
                throw new InvalidOperationException($"no way to play {step.GetType().Name}");
        }
    }

    private async Task ReplaceAsync(
        string path,
        IReadOnlyList<Replacement> replacements,
        CancellationToken ct
    )
    {
        var text = Utf8.GetString(await File.ReadAllBytesAsync(work.PathOf(path), ct));
        foreach (var (old, replacement) in replacements)
            text = text.Split(old) is [var before, var after]
                ? before + replacement + after
                : throw new DemoException($"the text to replace does not occur once in {path}: {old}");
        await File.WriteAllBytesAsync(work.PathOf(path), Utf8.GetBytes(text), ct);
    }
}
