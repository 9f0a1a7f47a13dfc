using System.Text.Json;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool.Control;

namespace Datacurve.Cli.Commands;

/// <summary>Says what came of a request to a recording.</summary>
internal static class AnswerOutput
{
    /// <param name="answer">What came of it.</param>
    /// <param name="json">Where JSON goes, or null for a sentence.</param>
    /// <param name="output">Where the sentence goes.</param>
    /// <param name="errors">Where a refusal goes.</param>
    /// <param name="done">The sentence.</param>
    public static int Print(
        ControlAnswer answer,
        TextWriter? json,
        Printer output,
        Printer errors,
        string done
    )
    {
        if (json is not null)
            JsonOutput.Write(
                json,
                JsonSerializer.SerializeToElement(answer, CommandJson.Default.ControlAnswer)
            );
        else if (answer.Ok)
            output.Line(done);
        else
            errors.Block(answer.Error ?? "It was refused.", indent: 0, Tone.Bad);
        return answer.Ok ? ExitCode.Done : ExitCode.Failed;
    }
}
