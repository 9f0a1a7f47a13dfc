using System.CommandLine;
using System.Text;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve login</c>: remembers the service and the key for it.</summary>
internal static class LoginCommand
{
    private const int KeyCharactersMax = 1024;

    public static Command Create(Printer output, Printer errors)
    {
        var url = ServiceUrlOption.WithoutDefault("Address of the service");
        url.Required = true;
        var command = new Command(
            "login",
            "Remember a service and its API key, read without echo or from a pipe"
        )
        {
            url,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                var key = Console.IsInputRedirected
                    ? (await StandardInput.OpenText().ReadLineAsync(ct) ?? "").Trim()
                    : ReadWithoutEcho();
                if (key.Length > KeyCharactersMax || key.Any(character => character is < '!' or > '~'))
                {
                    errors.Line(
                        new Piece("A key is printable ASCII without spaces; nothing was stored.", Tone.Bad)
                    );
                    return ExitCode.Failed;
                }
                var path = new UserConfig
                {
                    ServiceUrl = parsed.GetValue(url)!.ToString(),
                    ApiKey = key.Length > 0 ? key : null,
                }.Write();
                output.Line($"Stored in {path}{(key.Length > 0 ? "" : ", without a key")}.");
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static string ReadWithoutEcho()
    {
        Console.Error.Write("API key (not shown; empty for none): ");
        var key = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } pressed)
            if (pressed.Key == ConsoleKey.Backspace)
                key.Length = Math.Max(0, key.Length - 1);
            else
                key.Append(pressed.KeyChar);
        Console.Error.WriteLine();
        return key.ToString();
    }
}
