using System.Globalization;
using System.Text.RegularExpressions;

namespace Datacurve.Tests;

/// <summary>Operators look for messages by their ids.</summary>
public sealed partial class LogTests
{
    private const string Declaration = "[LoggerMessage(";

    [Fact]
    public void Each_file_of_messages_has_a_hundred_ids_of_its_own_in_their_order()
    {
        var files = Directory.GetFiles(Path.Combine(TidyTests.Root, "src/Datacurve.Server"), "Log*.cs");
        var hundreds = new List<int>();
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            var ids = IdPattern()
                .Matches(text)
                .Select(match => int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture))
                .ToList();

            Assert.NotEmpty(ids);
            Assert.Equal(text.Split(Declaration).Length - 1, ids.Count);
            Assert.Equal(ids.Distinct().Order(), ids);
            hundreds.Add(Assert.Single(ids.Select(id => id / 100).Distinct()));
            // As the file says of itself.
            Assert.Contains($"{hundreds[^1]}00", text, StringComparison.Ordinal);
        }

        Assert.True(files.Length > 5, "the messages are elsewhere");
        Assert.Equal(hundreds.Distinct(), hundreds);
    }

    [Fact]
    public void Messages_are_declared_nowhere_else() =>
        Assert.Empty(
            from path in Directory.EnumerateFiles(
                Path.Combine(TidyTests.Root, "src"),
                "*.cs",
                SearchOption.AllDirectories
            )
            let name = Path.GetFileName(path)
            where !name.StartsWith("Log.", StringComparison.Ordinal)
            where !path.Contains("/obj/", StringComparison.Ordinal)
            where File.ReadAllText(path).Contains(Declaration, StringComparison.Ordinal)
            select name
        );

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?<id>\d+),", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IdPattern();
}
