using System.Text;
using Datacurve.Core.Replay;
using Datacurve.Core.Verdicts;
using Xunit;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Verdicts;

public sealed class FixRulesTests
{
    [Theory]
    [InlineData("test_a.py", true)]
    [InlineData("pkg/a_test.py", true)]
    [InlineData("tests/data/input.json", true)]
    [InlineData("app/tests.py", true)]
    [InlineData("sum_test.go", true)]
    [InlineData("pkg/testdata/golden.txt", true)]
    [InlineData("src/a.test.tsx", true)]
    [InlineData("src/a.spec.mjs", true)]
    [InlineData("src/__tests__/a.js", true)]
    [InlineData("test/a.js", true)]
    [InlineData("src/test/java/A.java", true)]
    [InlineData("src/Sum.Tests/Data.json", true)]
    [InlineData("src/SumTests.cs", true)]
    [InlineData("tests/integration.rs", true)]
    [InlineData("src/calc.py", false)]
    [InlineData("django/test/client.py", false)]
    [InlineData("src/latest.py", false)]
    [InlineData("contest/a.js", false)]
    [InlineData("src/attestation.go", false)]
    [InlineData("src/Contest.cs", false)]
    public void Tests_are_known_by_the_conventions_of_their_ecosystem(string path, bool expected)
    {
        Assert.Equal(expected, TestPaths.Contains(path));
    }

    [Theory]
    [InlineData("conftest.py", "", "x", true)]
    [InlineData("tests/conftest.py", "a", null, true)]
    [InlineData("sitecustomize.py", null, "x", true)]
    [InlineData("lib/a.pth", null, "x", true)]
    [InlineData("jest.config.js", "a", "b", true)]
    [InlineData(".mocharc.json", "a", "b", true)]
    [InlineData("vitest.config.ts", "a", "b", true)]
    [InlineData("node_modules/jest/index.js", null, "x", true)]
    [InlineData(".cargo/config.toml", "a", "b", true)]
    [InlineData("ci.runsettings", "a", "b", true)]
    [InlineData("unittest.py", null, "x", true)]
    [InlineData("src/plugin.py", "", "def pytest_runtest_makereport(item): pass", true)]
    [InlineData("pyproject.toml", "[project]\nname='a'", "[project]\nname='b'", false)]
    [InlineData("pyproject.toml", "[project]", "[project]\n[tool.pytest.ini_options]\naddopts='-x'", true)]
    [InlineData("pyproject.toml", "[tool]", "[tool]\npytest = {ini_options={addopts='-x'}}", true)]
    [InlineData("setup.cfg", "[metadata]\nname=a", "[metadata]\nname=b", false)]
    [InlineData("setup.cfg", "[tool:pytest]\n", "[tool:pytest]\naddopts=-x", true)]
    [InlineData(
        "package.json",
        """{"version":"1","scripts":{"test":"jest"}}""",
        """{"version":"2","scripts":{"test":"jest"}}""",
        false
    )]
    [InlineData("package.json", """{"scripts":{"test":"jest"}}""", """{"scripts":{"test":"true"}}""", true)]
    [InlineData("package.json", """{"jest":{}}""", """{"jest":{"setupFiles":["a"]}}""", true)]
    [InlineData("package.json", "{}", "{", true)]
    [InlineData("Makefile", "all:\n\tcc a\n", "all:\n\tcc b\n", false)]
    [InlineData("Makefile", "test:\n\tpytest\n", "test:\n\ttrue\n", true)]
    [InlineData("go.mod", "require a v1", "require a v2", false)]
    [InlineData("go.mod", "require a v1", "require a v1\nreplace a => ./b", true)]
    [InlineData("scripts/ci.sh", "a", "b", true)]
    [InlineData("ci/pytest-ci.ini", "a", "b", true)]
    [InlineData("src/calc.py", "a", "b", false)]
    [InlineData("xml/reader.go", null, "x", false)]
    public void Harness_is_what_decides_how_tests_run(
        string path,
        string? before,
        string? after,
        bool expected
    )
    {
        Assert.Equal(
            expected,
            TestHarness.Contains(
                Change(path, before, after),
                "sh ./scripts/ci.sh && python3 src/calc.py && pytest -c=ci/pytest-ci.ini"
            )
        );
    }

    [Fact]
    public void Before_gets_the_tests_and_after_all_but_the_harness()
    {
        FileChange[] fix =
        [
            Change("calc.py", "a", "b"),
            Change("tests/test_calc.py", "a", "b"),
            Change("tests/data.json", null, "{}"),
            Change("tests/conftest.py", null, "x"),
        ];
        Assert.Equal(
            ["tests/test_calc.py", "tests/data.json"],
            FixRules.ForBefore(fix).Select(change => change.Path)
        );
        Assert.Equal(
            ["calc.py", "tests/test_calc.py", "tests/data.json"],
            FixRules.ForAfter(fix).Select(change => change.Path)
        );
    }

    [Fact]
    public void A_deleted_test_file_stays_for_the_before_run_unless_its_tests_moved()
    {
        var deleted = Change("tests/test_a.py", "def test_one(): pass\n", null);
        Assert.Empty(FixRules.ForBefore([deleted]));
        Assert.Equal(["tests/test_a.py::test_one"], FixRules.Review([deleted]).DeletedTests);

        FileChange[] moved = [deleted, Change("tests/test_b.py", null, "def test_one(): pass\n")];
        Assert.Equal(2, FixRules.ForBefore(moved).Count);
        Assert.Empty(FixRules.Review(moved).DeletedTests);
    }

    [Theory]
    [InlineData("test_a.py", "def test_one():\n  pass\n", "@pytest.mark.skip\ndef test_one():\n  pass\n")]
    [InlineData("test_a.py", "def test_one():\n  pass\n", "def test_one():\n  pytest.skip('x')\n")]
    [InlineData(
        "test_a.py",
        "import a\n\ndef test_one():\n  pass\n",
        "import a\npytestmark = pytest.mark.skip\n\ndef test_one():\n  pass\n"
    )]
    [InlineData(
        "a_test.go",
        "func TestA(t *testing.T) {\n}\n",
        "func TestA(t *testing.T) {\n\tt.Skip()\n}\n"
    )]
    [InlineData("a.test.js", "test('a', f);\n", "test.skip('a', f);\n")]
    [InlineData("a.test.js", "test('a', f);\n", "test('a', f);\ntest.only('b', f);\n")]
    [InlineData("ATests.cs", "[Fact]\npublic void A() {}\n", "[Fact(Skip = \"x\")]\npublic void A() {}\n")]
    [InlineData("tests/a.rs", "#[test]\nfn a() {}\n", "#[test]\n#[ignore]\nfn a() {}\n")]
    [InlineData("src/test/ATest.java", "@Test\nvoid a() {}\n", "@Disabled\n@Test\nvoid a() {}\n")]
    public void A_test_that_is_switched_off_is_seen(string path, string before, string after)
    {
        Assert.NotEmpty(FixRules.Review([Change(path, before, after)]).SkippedTests);
        Assert.Empty(FixRules.Review([Change(path, before, before + "\n")]).SkippedTests);
        Assert.Empty(FixRules.Review([Change(path, after, after + "\n")]).SkippedTests);
    }

    [Theory]
    [InlineData("test_a.py", "class T:\n  async def test_one(self): pass\n")]
    [InlineData("a_test.go", "func TestA(t *testing.T) {\n}\n")]
    [InlineData("a.test.js", "it.concurrent(`adds`, f);\n")]
    [InlineData("ATests.cs", "[Theory]\n[InlineData(1)]\npublic async Task A(int b) {}\n")]
    [InlineData("tests/a.rs", "#[tokio::test]\nasync fn a() {}\n")]
    public void A_test_that_vanishes_from_its_file_is_seen(string path, string before)
    {
        Assert.Single(FixRules.Review([Change(path, before, "\n")]).DeletedTests);
    }

    [Theory]
    [InlineData("calc.py", "import os\nos._exit(0)", true)]
    [InlineData("calc.py", "sys.exit(0)", true)]
    [InlineData("cli.py", "def main():\n    sys.exit(0)", false)]
    [InlineData("calc.py", "if 'pytest' in sys.modules: return", true)]
    [InlineData("calc.py", "opts = os.environ['PYTEST_ADDOPTS']", true)]
    [InlineData("web.py", "app.get('/reports/2024')", false)]
    [InlineData("calc.py", "open('/reports/x', 'w')", true)]
    [InlineData("calc.py", "from unittest import mock", false)]
    [InlineData("tests/test_a.py", "import pytest", false)]
    [InlineData("tests/test_a.py", "os._exit(0)", true)]
    [InlineData("README.md", "set PYTEST_ADDOPTS", false)]
    [InlineData("calc.py", "f = open('out.xml')", true)]
    public void Lines_that_no_fix_needs_are_seen(string path, string added, bool expected)
    {
        var review = FixRules.Review(
            [Change(path, "a = 1\n", "a = 1\n" + added + "\n")],
            "pytest",
            "build/out.xml"
        );
        Assert.Equal(expected, review.Suspicions.Count > 0);
        Assert.Empty(FixRules.Review([Change(path, added, added + "\nb = 2\n")]).Suspicions);
    }

    [Fact]
    public void Binary_and_huge_files_are_not_looked_into()
    {
        var huge = new string('x', 5 << 20) + "\nos._exit(0)";
        Assert.Empty(
            FixRules.Review([Change("a.py", null, huge), Change("b.py", null, "\0os._exit(0)")]).Suspicions
        );
    }

    private static FileChange Change(string path, string? before, string? after) =>
        new(path, State(before), State(after));

    private static FileState? State(string? text) =>
        text is null ? null : new FileState(Encoding.UTF8.GetBytes(text), FileMode.Regular);
}
