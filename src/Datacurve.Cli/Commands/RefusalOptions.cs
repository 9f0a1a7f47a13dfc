using System.CommandLine;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Commands;

/// <summary>What a developer may refuse when a recording begins.</summary>
internal sealed class RefusalOptions
{
    private readonly Option<bool> _code = Flag(
        "--no-code",
        "Keep and send no code: hashes, paths and sizes alone; no test is run"
    );
    private readonly Option<bool> _output = Flag("--no-output", "Keep and send nothing that commands print");
    private readonly Option<bool> _model = Flag(
        "--no-llm-judge",
        "Have no language model judge this recording"
    );
    private readonly Option<bool> _judge = Flag(
        "--no-judge",
        "Have nothing judge this recording, no model and no measure: it gets no scores"
    );

    public void AddTo(Command command)
    {
        command.Add(_code);
        command.Add(_output);
        command.Add(_model);
        command.Add(_judge);
    }

    public ConsentFlags Read(ParseResult parsed) =>
        new()
        {
            StoreRawCode = !parsed.GetValue(_code),
            StoreTerminalOutput = !parsed.GetValue(_output),
            AllowLlmJudge = !parsed.GetValue(_model) && !parsed.GetValue(_judge),
            AllowHeuristicJudge = !parsed.GetValue(_judge),
        };

    private static Option<bool> Flag(string name, string description) =>
        new(name) { Description = description };
}
