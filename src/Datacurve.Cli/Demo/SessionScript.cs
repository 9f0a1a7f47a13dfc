using Datacurve.Core.Events;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Demo;

/// <summary>How the demo's session goes; the others play the same fix in a worse way.</summary>
internal enum SessionVariant
{
    Normal,

    /// <summary>Nothing is written down about why.</summary>
    NoThoughts,

    /// <summary>No command is run but the commit, tests least of all.</summary>
    NoTests,

    /// <summary>The fix rewrites code that it has nothing to do with.</summary>
    UnrelatedEdits,
}

/// <summary>One step of a session file. The format is described in <c>samples/README.md</c>.</summary>
internal abstract record SessionStep
{
    internal sealed record Think(ThoughtKind Kind, string Text) : SessionStep;

    internal sealed record Look(string Path, string Symbol) : SessionStep;

    internal sealed record Run(string Command) : SessionStep;

    internal sealed record Test(string Command) : SessionStep;

    internal sealed record Edit(string Path, IReadOnlyList<Replacement> Replacements) : SessionStep;

    /// <summary>A whole file as it is from now on; null takes it away.</summary>
    internal sealed record Save(string Path, byte[]? Content) : SessionStep;

    internal sealed record MakeCommit(string Message) : SessionStep;
}

/// <summary><see cref="Old"/> occurs once in the file and becomes <see cref="New"/>.</summary>
internal sealed record Replacement(string Old, string New);

/// <summary>A bug report and the steps that fix it.</summary>
internal sealed record SessionScript(BugReport Bug, IReadOnlyList<SessionStep> Steps)
{
    private const string StepMark = "== ";
    private const string OldMark = "-- replace";
    private const string NewMark = "-- with";

    /// <exception cref="FormatException">The text is no session; the message says which step.</exception>
    public static SessionScript Parse(string text, SessionVariant variant)
    {
        var sections = Sections(text).ToList();
        var steps = sections.Select(section => Step(section, variant)).OfType<SessionStep>().ToList();
        var (title, description) = TitleAndRest(Only(sections, "bug"));
        var bug = new BugReport
        {
            Title = title,
            Description = description,
            ReproSteps = Only(sections, "steps"),
            Expected = Only(sections, "expected"),
            Actual = Only(sections, "actual"),
        };
        return new SessionScript(bug, steps);
    }

    private static IEnumerable<Section> Sections(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var starts = Enumerable
            .Range(0, lines.Length)
            .Where(i => lines[i].StartsWith(StepMark, StringComparison.Ordinal))
            .Append(lines.Length)
            .ToList();
        for (var i = 0; i + 1 < starts.Count; i++)
            yield return new Section(
                lines[starts[i]][StepMark.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries),
                string.Join('\n', lines[(starts[i] + 1)..starts[i + 1]]).Trim('\n')
            );
    }

    private static SessionStep? Step(Section section, SessionVariant variant) =>
        section.Words switch
        {
            ["bug" or "steps" or "expected" or "actual"] => null,
            ["thought", var kind] => variant == SessionVariant.NoThoughts
                ? null
                : new SessionStep.Think(Enum.Parse<ThoughtKind>(kind, ignoreCase: true), section.Text),
            ["look", var path, var symbol] => new SessionStep.Look(path, symbol),
            ["run"] => variant == SessionVariant.NoTests ? null : new SessionStep.Run(section.Text),
            ["test"] => variant == SessionVariant.NoTests ? null : new SessionStep.Test(section.Text),
            ["edit", var path] => new SessionStep.Edit(path, Replacements(section)),
            ["edit", var path, "@", var only] => IsVariant(only, variant)
                ? new SessionStep.Edit(path, Replacements(section))
                : null,
            ["commit"] => new SessionStep.MakeCommit(section.Text),
            _ => throw new FormatException($"no such step: {section.Head}"),
        };

    private static bool IsVariant(string name, SessionVariant variant) =>
        string.Equals(name.Replace("-", ""), variant.ToString(), StringComparison.OrdinalIgnoreCase);

    private static List<Replacement> Replacements(Section section)
    {
        var replacements = new List<Replacement>();
        foreach (var pair in ('\n' + section.Text).Split('\n' + OldMark + '\n').Skip(1))
        {
            if (pair.Split('\n' + NewMark + '\n') is not [var old, var replacement])
                throw new FormatException($"{section.Head}: each replace has one with");
            replacements.Add(new Replacement(old.Trim('\n'), replacement.Trim('\n')));
        }
        return replacements.Count > 0
            ? replacements
            : throw new FormatException($"{section.Head}: nothing to replace");
    }

    private static string Only(List<Section> sections, string name) =>
        sections.Where(section => section.Head == name).Select(section => section.Text).ToList() is [var text]
            ? text
            : throw new FormatException($"a session has one {name}");

    private static (string Title, string Description) TitleAndRest(string text)
    {
        var parts = text.Split('\n', 2);
        return (parts[0], parts.Length > 1 ? parts[1].Trim('\n') : "");
    }

    private sealed record Section(string[] Words, string Text)
    {
        public string Head => string.Join(' ', Words);
    }
}
