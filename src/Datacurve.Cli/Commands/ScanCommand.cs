using System.CommandLine;
using System.Globalization;
using Datacurve.Cli.Rendering;
using Datacurve.Core;
using Datacurve.Core.Redaction;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve scan</c>: where secrets are, without saying what they are.</summary>
internal static class ScanCommand
{
    public static Command Create(Printer output, Printer errors)
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Files and folders; none is the current folder, - is standard input",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var personal = new Option<bool>("--personal")
        {
            Description = "Also report addresses, numbers and names of people",
        };
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON, one a line" };
        var rules = RedactionSetup.Rules();
        var command = new Command(
            "scan",
            "Report where secrets are: file, line and rule, never a value; exit code 1 where there are any"
        )
        {
            paths,
            rules,
            personal,
            json,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                var redactor = new Redactor(
                    RedactionSetup.ReadRules(parsed.GetValue(rules)),
                    RedactionSetup.ReadKey(path: null),
                    new RedactionOptions { PersonalData = parsed.GetValue(personal), NamesAbove = true }
                );
                var scan = new FileScan(redactor);
                var given = parsed.GetValue(paths) is { Length: > 0 } some ? some : ["."];
                foreach (var path in given)
                await foreach (var (file, finding) in scan.FindAsync(path, ct))
                    if (parsed.GetValue(json))
                        ReportView.WriteJson(parsed.InvocationConfiguration.Output, file, finding);
                    else
                        output.Line(
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{file}:{finding.Line}:{finding.Column}: {finding.RuleId}"
                            )
                        );
                errors.Line(
                    $"{scan.Findings} found in {Quantity.Of(scan.Files, "file")}, {Quantity.Of(scan.BinaryFiles, "binary file")} passed over, "
                        + $"rules {redactor.Rules.Version}"
                );
                return scan.Findings > 0 ? ExitCode.Failed : ExitCode.Done;
            }
        );
        return command;
    }
}
