using CsCheck;
using Datacurve.Core.Verdicts.Reports;
using Xunit;

namespace Datacurve.Tests.Verdicts;

/// <summary>
/// Whatever the bytes: an answer, never an exception. CsCheck prints the seed of a failure.
/// </summary>
public sealed class ReportFuzzTests
{
    private static readonly string[] Files =
    [
        "pytest.xml",
        "node.xml",
        "nextest.xml",
        "gotestsum.xml",
        "go-test.jsonl",
        "dotnet.trx",
        "node.tap",
        "plain.tap",
        "jest.json",
    ];

    private static readonly byte[][] Samples = [.. Files.Select(file => ReportParserTests.ReadSample(file))];
    private static readonly ReportFormat?[] Formats = [null, .. Enum.GetValues<ReportFormat>()];

    [Fact]
    public void Random_bytes_get_an_answer()
    {
        Gen.Byte.Array[0, 300].Sample(ParseInEveryFormat);
    }

    [Fact]
    public void Every_truncation_of_a_real_report_gets_an_answer()
    {
        foreach (var sample in Samples)
        {
            for (var length = 0; length <= sample.Length; length++)
                Check(ReportParser.Parse(sample.AsMemory(0, length)));
        }
    }

    [Fact]
    public void A_cut_report_never_says_more_tests_passed_than_the_whole()
    {
        foreach (var sample in Samples)
        {
            var whole = Passed(ReportParser.Parse(sample));
            for (var length = 0; length < sample.Length; length += 7)
            {
                if (
                    ReportParser.Parse(sample.AsMemory(0, length)) is ReportReading.Read
                    {
                        Report.HasFailures: false
                    } cut
                )
                    Assert.ProperSubset(whole.Append("(more)").ToHashSet(), Passed(cut).ToHashSet());
            }
        }
    }

    [Fact]
    public void Mutated_reports_get_an_answer()
    {
        var mutation = Gen.Select(
            Gen.Int[0, Samples.Length - 1],
            Gen.Int[0, 100_000],
            Gen.Byte,
            Gen.Int[0, 4]
        );
        mutation
            .Array[1, 8]
            .Sample(steps =>
            {
                var content = (byte[])Samples[steps[0].Item1].Clone();
                foreach (var (_, position, value, kind) in steps)
                    content = Mutate(content, position % content.Length, value, kind);
                ParseInEveryFormat(content);
            });
    }

    private static byte[] Mutate(byte[] content, int at, byte value, int kind)
    {
        switch (kind)
        {
            case 0:
                content[at] = value;
                return content;
            case 1:
                return [.. content[..at], value, .. content[at..]];
            case 2:
                return [.. content[..at], .. content[Math.Min(at + value + 1, content.Length)..], 0x0A];
            case 3:
                return [.. content[..at], .. content[(at / 2)..]];
            default:
                content[at] ^= (byte)(1 << (value % 8));
                return content;
        }
    }

    private static void ParseInEveryFormat(byte[] content)
    {
        foreach (var format in Formats)
            Check(ReportParser.Parse(content, format));
    }

    private static void Check(ReportReading reading)
    {
        if (reading is ReportReading.Read(var report))
        {
            Assert.Distinct(report.Cases.Select(test => test.Name));
            Assert.All(report.Cases, test => Assert.InRange(test.Name.Length, 1, ReportLimits.NameCharsMax));
            Assert.All(report.Cases, test => Assert.DoesNotContain(test.Name, char.IsControl));
        }
        else
        {
            Assert.NotEmpty(Assert.IsType<ReportReading.Unreadable>(reading).Reason);
        }
    }

    private static List<string> Passed(ReportReading reading) =>
        reading is ReportReading.Read(var report)
            ?
            [
                .. report
                    .Cases.Where(test => test.Status is Core.Qa.CaseStatus.Passed)
                    .Select(test => test.Name),
            ]
            : [];
}
