using System.Runtime.InteropServices;

namespace Datacurve.Cli.Commands;

/// <summary>
/// The checkout that this tool was installed from. <c>./datacurve install</c> leaves a link to the checkout's
/// own script beside the tool, and what only a checkout can do goes on there, under the name that was typed.
/// </summary>
internal static partial class Checkout
{
    /// <summary>The link's name, beside the tool.</summary>
    public const string Link = "datacurve-server";

    private static readonly string[] Commands = ["demo", .. ServerCommands.Names];

    /// <summary>
    /// Becomes the checkout's script, where it is its turn and there is one; else it returns, and the
    /// command says itself what it misses.
    /// </summary>
    public static void TakeOver(string[] arguments)
    {
        // The script tells who it hands over to where the server is, so that nothing goes in circles.
        if (Environment.GetEnvironmentVariable("DATACURVE_SERVER") is { Length: > 0 })
            return;
        if (arguments is not [var command, ..] || !Commands.Contains(command))
            return;
        var script = Path.Combine(AppContext.BaseDirectory, Link);
        if (File.Exists(script))
            // It returns only where it fails.
            _ = Execute(script, [script, .. arguments, null]);
    }

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}
