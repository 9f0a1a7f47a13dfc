using System.CommandLine;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Cli.Spool.Control;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve note</c>: a thought, from the command line, an editor or a pipe.</summary>
internal static class NoteCommand
{
    private const int TextCharactersMax = 64 << 10;

    public static Command Create(Printer output, Printer errors)
    {
        var kind = new Argument<ThoughtKind>("kind")
        {
            Description = "hypothesis, plan, interpretation, decision or postmortem",
            HelpName = "kind",
        };
        kind.AcceptOnlyFromAmong("hypothesis", "plan", "interpretation", "decision", "postmortem");
        var text = new Argument<string[]>("text")
        {
            Description = "The thought; without it, what comes through a pipe, or else your editor opens",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var about = new Option<string[]>("--about")
        {
            Description = "An event it is about, by number or id; else the last command. May be repeated",
            HelpName = "event",
        };
        about.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                result.AddError("--about takes the number or id of an event.");
        });
        var recording = new RecordingOption();
        var json = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("note", "Add a thought to the recording: why you do what you do")
        {
            kind,
            text,
            about,
            recording.Option,
            json,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                var (_, files, _) = recording.Find(parsed);
                var thought = await TextAsync(parsed.GetValue(text) ?? [], files, ct);
                if (thought.Length == 0)
                {
                    errors.Line(new Piece("A note without text is not kept.", Tone.Bad));
                    return ExitCode.Failed;
                }
                await using var access = await recording.OpenAsync(parsed, ct);
                var answer = await access.RunAsync(
                    new ControlRequest
                    {
                        Op = ControlRequest.Note,
                        Kind = parsed.GetValue(kind),
                        Text = thought,
                        About = parsed.GetValue(about),
                    },
                    ct
                );
                return AnswerOutput.Print(
                    answer,
                    parsed.GetValue(json) ? parsed.InvocationConfiguration.Output : null,
                    output,
                    errors,
                    $"Noted as event {answer.Seq}."
                );
            }
        );
        return command;
    }

    private static async Task<string> TextAsync(string[] words, RecordingFolder files, CancellationToken ct)
    {
        var text =
            words.Length > 0 ? string.Join(' ', words)
            : Console.IsInputRedirected ? await StandardInput.OpenText().ReadToEndAsync(ct)
            : await TextEditor.WriteAsync(files.Path, ct);
        return text.Trim() is { Length: <= TextCharactersMax } thought
            ? thought
            : throw new RecordingException($"A note takes at most {TextCharactersMax} characters.");
    }
}
