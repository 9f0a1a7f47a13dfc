using System.CommandLine;
using System.CommandLine.Parsing;
using Datacurve.Cli.Spool;

namespace Datacurve.Cli.Commands;

/// <summary>
/// Which service a command speaks to: <c>--url</c>, or DATACURVE_URL, or that of <c>datacurve login</c>, or
/// the one on this machine.
/// </summary>
internal static class ServiceUrlOption
{
    public const string Variable = "DATACURVE_URL";
    private const string Default = "http://127.0.0.1:8000";

    /// <summary>
    /// An option that falls back to the environment and then to the default port of this machine.
    /// </summary>
    public static Option<Uri> WithDefault() =>
        new("--url")
        {
            Description = $"Address of the service; ${Variable} sets the default",
            HelpName = "url",
            CustomParser = Parse,
            DefaultValueFactory = FromEnvironment,
        };

    /// <summary>An option that is null where it is not given.</summary>
    public static Option<Uri?> WithoutDefault(string description) =>
        new("--url")
        {
            Description = description,
            HelpName = "url",
            CustomParser = Parse,
        };

    private static Uri FromEnvironment(ArgumentResult result)
    {
        var text = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(text))
            return Read(text, Variable, result);
        try
        {
            return Read(UserConfig.Read().ServiceUrl ?? Default, "config.json", result);
        }
        catch (RecordingException e)
        {
            // The command line is read before the edge that turns exceptions into sentences.
            result.AddError(e.Message);
            return new Uri(Default);
        }
    }

    private static Uri Parse(ArgumentResult result) => Read(result.Tokens[0].Value, "--url", result);

    private static Uri Read(string text, string source, ArgumentResult result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        result.AddError($"{source} takes an address such as {Default}, not '{text}'.");
        return new Uri(Default);
    }
}
