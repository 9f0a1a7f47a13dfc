using System.Runtime.CompilerServices;
using System.Text;
using Datacurve.Core.Qa;
using Datacurve.Core.Verdicts.Reports;
using Xunit;

namespace Datacurve.Tests.Verdicts;

public sealed class ReportParserTests
{
    /// <summary>Every sample with what it says, one test a line: status, name and duration.</summary>
    public static TheoryData<string, string[]> Samples =>
        new()
        {
            {
                "pytest.xml",
                [
                    "passed tests.test_sum::test_ok 1",
                    "failed tests.test_sum::test_bad 2",
                    "skipped tests.test_sum::test_xfail 1",
                    "passed tests.test_sum::test_xpass 1",
                    "passed tests.test_sum.TestKinds::test_p[y z] 0",
                    "skipped tests.test_sum::test_later 0",
                    "error tests.test_gone 0",
                ]
            },
            {
                "node.xml",
                ["passed adds # up 2.317", "failed group::fails 2.756", "skipped group::later 0.512"]
            },
            { "jest-junit.xml", ["passed sum adds::sum adds 4", "failed sum carries::sum carries 2"] },
            {
                "nextest.xml",
                ["passed sum::integration::adds 10", "failed sum::integration::nested::carries 12"]
            },
            {
                "gotestsum.xml",
                ["passed example.com/sum::TestAdd 0", "failed example.com/sum::TestCarry/one 0"]
            },
            {
                "go-test.jsonl",
                [
                    "passed example.com/sum.TestAdd 250",
                    "failed example.com/sum.TestCarry/one 0",
                    "failed example.com/sum.TestCarry 0",
                    "skipped example.com/sum.TestLater 0",
                    "error example.com/crash 100",
                    "error example.com/broken 0",
                    "error example.com/crash.TestExits ",
                ]
            },
            {
                "dotnet.trx",
                [
                    "passed Sum.Tests.SumTests.Adds(left: 1, right: 2) 12.5",
                    "failed Sum.Tests.SumTests.Carries 1",
                    "skipped Sum.Tests.LaterTests.Later ",
                    "error Sum.Tests.LaterTests.Hangs ",
                ]
            },
            {
                "node.tap",
                [
                    "passed adds # up 1.5",
                    "failed group/fails 1.25",
                    "skipped group/later 0.5",
                    "skipped group/some day 0.5",
                    "failed group 2.5",
                    "passed /workspace/test/empty.test.js 115",
                ]
            },
            {
                "plain.tap",
                ["passed opens ", "failed closes ", "passed #3 ", "skipped paints ", "skipped locks "]
            },
            {
                "jest.json",
                [
                    "passed src/sum.test.js::sum adds 4",
                    "failed src/sum.test.js::sum carries 2",
                    "skipped src/sum.test.js::sum later ",
                    "skipped src/sum.test.js::sum some day ",
                    "error src/broken.test.js ",
                ]
            },
        };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Each_runners_report_is_read_as_it_was_meant(string file, string[] expected)
    {
        Assert.Equal(expected, Read(ReadSample(file)).Cases.Select(Describe));
    }

    [Fact]
    public void Failures_keep_their_messages()
    {
        var pytest = Read(ReadSample("pytest.xml")).Cases;
        Assert.StartsWith("assert 1 == 2\ndef test_bad", pytest[1].Message, StringComparison.Ordinal);
        Assert.Contains(
            "want 10, got 9",
            Read(ReadSample("go-test.jsonl")).Cases[1].Message!,
            StringComparison.Ordinal
        );
        Assert.Equal("Assert.AreEqual failed", Read(ReadSample("dotnet.trx")).Cases[1].Message);
        Assert.Equal("'1 == 2'", Read(ReadSample("node.tap")).Cases[1].Message);
    }

    [Fact]
    public void A_report_tells_the_names_of_its_suites()
    {
        Assert.Contains("3f2a", Read(ReadSample("pytest.xml")).SuiteNames);
        Assert.Contains("3f2a", Read(ReadSample("nextest.xml")).SuiteNames);
    }

    [Theory]
    [InlineData(
        """<testsuite><testcase name="a"/><testcase name="a"><failure/></testcase></testsuite>""",
        "failed a"
    )]
    [InlineData(
        """<testsuite><testcase name="a"><error/></testcase><testcase name="a"/></testsuite>""",
        "error a"
    )]
    [InlineData("""<testsuite><testcase name="a"><skipped/><failure/></testcase></testsuite>""", "failed a")]
    [InlineData("""<testsuite><testcase name="a" status="notrun"/></testsuite>""", "skipped a")]
    [InlineData("""<testsuite name="s"><error message="set-up"/></testsuite>""", "error s (suite)")]
    [InlineData("1..2\nok 1 - a\nnot ok 2 - a\n", "failed a")]
    [InlineData("1..2\nok 1 - a\n", "passed a|error (plan)")]
    [InlineData("ok 1 - a\n", "passed a|error (plan)")]
    [InlineData("1..2\nok 1 - a\nBail out! no disk\n", "passed a|error (bail out)|error (plan)")]
    [InlineData("1..0 # SKIP nothing here\n", "")]
    [InlineData("1..1\n    ok 1 - child\n    1..1\nok 1 - parent\n", "passed parent/child|passed parent")]
    [InlineData("1..1\nok 1 - a \\# SKIP\n", "passed a # SKIP")]
    public void Statuses_combine_to_the_worse(string report, string expected)
    {
        var cases = Read(Encoding.UTF8.GetBytes(report)).Cases.Select(test => Describe(test).TrimEnd());
        Assert.Equal(expected, string.Join('|', cases));
    }

    [Fact]
    public void Reports_written_one_after_the_other_are_read_as_one()
    {
        var trx = ReadSample("dotnet.trx");
        byte[] two = [.. "\uFEFF"u8, .. trx, .. Encoding.UTF8.GetBytes("\n\uFEFF"), .. trx];
        Assert.Equal(4, Read(two).Cases.Count);
        Assert.Equal(7, Read([.. ReadSample("pytest.xml"), .. ReadSample("pytest.xml")]).Cases.Count);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("hello", null)]
    [InlineData("<html></html>", null)]
    [InlineData("<testsuite>", null)]
    [InlineData("{}", null)]
    [InlineData("{\"Action\":3}", ReportFormat.GoJson)]
    [InlineData("{\"testResults\":7}", null)]
    [InlineData("{\"testResults\":[{\"name\":\"\\ud800\"}]}", null)]
    [InlineData("<!DOCTYPE testsuite [<!ENTITY a \"b\">]><testsuite name=\"&a;\"/>", null)]
    [InlineData("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><testsuite/>", null)]
    [InlineData("<testsuite/>", ReportFormat.Trx)]
    [InlineData("<TestRun/>", ReportFormat.JUnit)]
    public void What_is_no_report_is_refused_with_a_reason(string content, ReportFormat? format)
    {
        var reading = ReportParser.Parse(Encoding.UTF8.GetBytes(content), format);
        Assert.NotEmpty(Assert.IsType<ReportReading.Unreadable>(reading).Reason);
    }

    [Fact]
    public void A_report_beyond_its_bounds_is_refused()
    {
        var nested = string.Concat(Enumerable.Repeat("<testsuite>", 200_000));
        Assert.IsType<ReportReading.Unreadable>(ReportParser.Parse(Encoding.UTF8.GetBytes(nested)));
        var long_ = new byte[ReportLimits.BytesMax + 1];
        Assert.IsType<ReportReading.Unreadable>(ReportParser.Parse(long_));
        var many = string.Concat(
            Enumerable.Range(0, ReportLimits.CasesMax + 1).Select(at => $"ok {at} - t{at}\n")
        );
        Assert.IsType<ReportReading.Unreadable>(ReportParser.Parse(Encoding.UTF8.GetBytes(many)));
    }

    [Fact]
    public void Long_names_are_cut_and_stay_different()
    {
        var start = new string('x', 5_000);
        var report = Read(Encoding.UTF8.GetBytes($"1..2\nok 1 - {start}a\nnot ok 2 - {start}b\n"));
        Assert.Equal([CaseStatus.Passed, CaseStatus.Failed], report.Cases.Select(test => test.Status));
        Assert.All(report.Cases, test => Assert.InRange(test.Name.Length, 1, ReportLimits.NameCharsMax));
    }

    [Fact]
    public void A_passed_file_without_tests_shows_nothing_in_node()
    {
        var report = NodeFiles.WithoutEmptyFiles(Read(ReadSample("node.tap")));
        Assert.Equal(CaseStatus.Skipped, report.Cases[^1].Status);
        Assert.Equal(CaseStatus.Passed, report.Cases[0].Status);
    }

    internal static byte[] ReadSample(string file, [CallerFilePath] string here = "") =>
        File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(here)!, "Samples", file));

    private static TestReport Read(byte[] content) =>
        Assert.IsType<ReportReading.Read>(ReportParser.Parse(content)).Report;

    private static string Describe(TestCase test) =>
        $"{test.Status.ToString().ToLowerInvariant()} {test.Name} {test.DurationMs:0.###}";
}
