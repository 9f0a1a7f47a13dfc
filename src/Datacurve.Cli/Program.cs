using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Datacurve.Cli.Commands;
using Datacurve.Cli.Rendering;

Checkout.TakeOver(args);

var output = Printer.ForTerminal();
var errors = Printer.ForErrors();
var root = new RootCommand("Datacurve: records how a bug is fixed, proves the fix, judges the reasoning.")
{
    DemoCommand.Create(output, errors),
    ShowCommand.Create(output, errors),
    ListCommand.Create(output, errors),
    RecordCommand.Create(errors),
    CastCommand.Create(output, errors),
    NoteCommand.Create(output, errors),
    PauseCommand.Create(output, errors),
    ResumeCommand.Create(output, errors),
    StatusCommand.Create(output, errors),
    ReviewCommand.Create(output, errors),
    DropCommand.Create(output, errors),
    PushCommand.Create(output, errors),
    FinalizeCommand.Create(output, errors),
    PipeCommand.Create(errors),
    DoctorCommand.Create(output, errors),
    LoginCommand.Create(output, errors),
    RedactCommand.Create(output, errors),
    ScanCommand.Create(output, errors),
};
root.Add(CompletionsCommand.Create(root, errors));
foreach (var command in ServerCommands.Create(errors))
    root.Add(command);

// Help asks the framework's console, which puts a terminal into another mode, unless it is told.
foreach (var option in root.Options)
    if (option.Action is HelpAction help)
        help.MaxWidth = Printer.ColumnsMax;

var parsed = root.Parse(args);

// A command that lacks its own shows its help: there is the list of them.
var lacksCommand = parsed is { UnmatchedTokens.Count: 0, CommandResult.Command.Subcommands.Count: > 0 };
if (parsed.Action is ParseErrorAction wrong && !lacksCommand)
{
    errors.Line(new Piece(UsageError.Of(parsed, wrong), Tone.Bad));
    return ExitCode.CannotStart;
}

// Stopping a service that the demo started, and removing its folder, takes longer than the default of
// two seconds.
var configuration = new InvocationConfiguration
{
    ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
    Output = new StreamWriter(StandardStream.Output) { AutoFlush = true },
    Error = new StreamWriter(StandardStream.Errors) { AutoFlush = true },
};
if (parsed.Errors.Count > 0)
    configuration.Output = configuration.Error;
var exitCode = await parsed.InvokeAsync(configuration);
if (parsed.Errors.Count == 0)
    return exitCode;
errors.Line($"`{CommandWords.Of(parsed)} --help` says what there is.");
return ExitCode.CannotStart;
