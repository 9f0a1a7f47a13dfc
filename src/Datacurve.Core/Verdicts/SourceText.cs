using System.Text;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Core.Verdicts;

/// <summary>A changed file as text, for rules that look into it.</summary>
internal static class SourceText
{
    /// <summary>Beyond this a file is data, not source, and is not looked into.</summary>
    public const int BytesMax = 4 << 20;

    /// <summary>The content; empty for an absent, huge or binary file and for a link.</summary>
    public static string Of(FileState? state) =>
        state is null
        || state.Mode is FileMode.SymbolicLink
        || state.Content.Length > BytesMax
        || state.Content.AsSpan().Contains((byte)0)
            ? ""
            : Encoding.UTF8.GetString(state.Content);

    /// <summary>The lines that the base does not hold anywhere, with their numbers from 1.</summary>
    public static IEnumerable<(int Number, string Text)> AddedLines(FileChange change)
    {
        var before = Lines(Of(change.Before)).ToHashSet();
        return Lines(Of(change.After))
            .Select((text, index) => (Number: index + 1, Text: text))
            .Where(line => line.Text.Length > 0 && !before.Contains(line.Text));
    }

    /// <summary>The lines that only one of the two sides holds.</summary>
    public static IEnumerable<string> ChangedLines(FileChange change)
    {
        var changed = Lines(Of(change.Before)).ToHashSet();
        changed.SymmetricExceptWith(Lines(Of(change.After)));
        return changed;
    }

    public static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.TrimEnd());
}
