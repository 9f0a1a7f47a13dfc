using System.CommandLine;
using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Client;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core.Redaction;

namespace Datacurve.Cli.Commands;

/// <summary>
/// The edge of every command: what can go wrong outside becomes a sentence and an exit code.
/// </summary>
internal static class Running
{
    public static void SetAction(
        this Command command,
        Printer errors,
        Func<ParseResult, CancellationToken, Task<int>> action
    ) => command.SetAction((parsed, ct) => GuardAsync(errors, () => action(parsed, ct)));

    private static async Task<int> GuardAsync(Printer errors, Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (ServiceUnreachableException e)
        {
            errors.Block(e.Message, indent: 0, Tone.Bad);
            errors.Line(
                "Start one with ./datacurve serve, or say where it is with --url or "
                    + $"${ServiceUrlOption.Variable}."
            );
            return ExitCode.CannotStart;
        }
        catch (ServiceException e)
        {
            errors.Block(e.Message, indent: 0, Tone.Bad);
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is RecordingException or UsageException or GitException)
        {
            errors.Block(e.Message, indent: 0, Tone.Bad);
            return ExitCode.CannotStart;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that is full, or a folder that is another's: its path is in the message.
            errors.Block(IsHere() ? e.Message : "The folder that you are in is gone.", indent: 0, Tone.Bad);
            return ExitCode.CannotStart;
        }
        catch (RedactionException e)
        {
            errors.Block($"Nothing more is written: {e.Message}", indent: 0, Tone.Bad);
            return ExitCode.CannotStart;
        }
        catch (DemoException e)
        {
            errors.Block(e.Message, indent: 0, Tone.Bad);
            return ExitCode.CannotStart;
        }
        catch (OperationCanceledException)
        {
            errors.Line("Interrupted.");
            return ExitCode.Interrupted;
        }
    }

    private static bool IsHere()
    {
        try
        {
            return Directory.Exists(Environment.CurrentDirectory);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
