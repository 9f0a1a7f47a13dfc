using Datacurve.Cli.Demo;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Demo;

public sealed class SessionScriptTests
{
    private const string Bug =
        "== bug\ntitle\n\nwhat\nhappens\n\n== steps\ns\n== expected\ne\n== actual\na\n";

    [Fact]
    public void A_session_is_its_bug_and_its_steps_in_order()
    {
        var script = SessionScript.Parse(
            Bug
                + "== thought plan\n\nfirst\n\nsecond\n\n== run\nls\n== look a.py f\n== test\nmake\n"
                + "== edit a.py\n-- replace\n  old\n-- with\n  new\n== commit\nm\n\nwhy\n",
            SessionVariant.Normal
        );

        Assert.Equal(("title", "what\nhappens"), (script.Bug.Title, script.Bug.Description));
        Assert.Equal(("s", "e", "a"), (script.Bug.ReproSteps, script.Bug.Expected, script.Bug.Actual));
        Assert.Equal(
            [
                new SessionStep.Think(ThoughtKind.Plan, "first\n\nsecond"),
                new SessionStep.Run("ls"),
                new SessionStep.Look("a.py", "f"),
                new SessionStep.Test("make"),
                new SessionStep.MakeCommit("m\n\nwhy"),
            ],
            script.Steps.Where(step => step is not SessionStep.Edit)
        );
        var edit = Assert.Single(script.Steps.OfType<SessionStep.Edit>());
        Assert.Equal("a.py", edit.Path);
        Assert.Equal([new Replacement("  old", "  new")], edit.Replacements);
    }

    [Theory]
    [InlineData("== dance\nx")]
    [InlineData("== thought\nx")]
    [InlineData("== edit a.py\nno pairs")]
    [InlineData("== edit a.py\n-- replace\nold")]
    [InlineData("== bug\nanother")]
    public void What_is_no_step_is_refused(string step) =>
        Assert.Throws<FormatException>(() => SessionScript.Parse(Bug + step, SessionVariant.Normal));

    [Fact]
    public void The_worse_ways_leave_out_or_add_what_they_are_named_for()
    {
        var normal = Sample(SessionVariant.Normal);

        Assert.Equal(
            normal.Where(step => step is not SessionStep.Think),
            Sample(SessionVariant.NoThoughts),
            Same
        );
        Assert.DoesNotContain(
            Sample(SessionVariant.NoTests),
            step => step is SessionStep.Test or SessionStep.Run
        );
        Assert.Superset(PathsOf(normal), PathsOf(Sample(SessionVariant.UnrelatedEdits)));
        Assert.True(Sample(SessionVariant.UnrelatedEdits).Count > normal.Count);
    }

    private static IReadOnlyList<SessionStep> Sample(SessionVariant variant) =>
        SessionScript.Parse(SampleFiles.Text("freebusy.session"), variant).Steps;

    private static HashSet<string> PathsOf(IEnumerable<SessionStep> steps) =>
        [.. steps.OfType<SessionStep.Edit>().Select(edit => edit.Path)];

    private static bool Same(SessionStep a, SessionStep b) =>
        a is SessionStep.Edit left && b is SessionStep.Edit right
            ? left.Path == right.Path && left.Replacements.SequenceEqual(right.Replacements)
            : a == b;
}
