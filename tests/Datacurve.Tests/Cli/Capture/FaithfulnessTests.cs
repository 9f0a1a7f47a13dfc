using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Git;
using Datacurve.Core.Replay;

namespace Datacurve.Tests.Cli.Capture;

public sealed class FaithfulnessTests : IAsyncDisposable
{
    private readonly CapturedRepository _repository = new();

    public ValueTask DisposeAsync() => _repository.DisposeAsync();

    [Fact]
    public async Task A_difference_is_reported_with_the_file_and_the_event()
    {
        _repository.Write("a.py", "one\n");
        _repository.Write("b.py", "b\n");
        _repository.Commit("base");
        await _repository.StartAsync();
        _repository.Write("a.py", "two\n");
        var events = await _repository.StopAsync();
        _repository.Write("a.py", "three\n");
        File.Delete(_repository.PathOf("b.py"));
        _repository.Write("c.py", "c\n");

        var result = await _repository.CheckAsync();
        Assert.False(result.IsFaithful);
        Assert.Equal(["a.py", "b.py", "c.py"], result.Differences.Select(one => one.Path));
        Assert.Equal([events.Single().Seq, null, null], result.Differences.Select(one => one.Seq));
    }

    [Fact]
    public async Task The_final_diff_leads_from_the_base_to_the_working_tree_whatever_was_done()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        for (var run = 0; run < 5; run++)
        {
            await using var repository = new CapturedRepository(RandomSession.Setup);
            var session = new RandomSession(repository, new Random(seed + run));
            session.Prepare();
            await repository.StartAsync();
            for (var step = 0; step < 10; step++)
                await session.StepAsync();
            await repository.StopAsync();

            var result = await repository.CheckAsync();
            var diff = FinalDiff.Write(result.Changes, repository.Setup.Limits)!;
            using var start = BaseTar.Open(CaptureStart.BasePathOf(repository.Recording.Files));
            var replay = RecordedLog.Of(repository.Recording.Files).Replay(start);
            var compared = replay.CompareWith(UnifiedDiff.Parse(diff).Apply(start));
            Assert.True(compared.Exact, $"seed {seed + run}: {compared.Reason}");
        }
    }

    [Fact]
    public async Task A_password_below_its_name_is_in_no_file_of_the_recording_and_the_replay_stays_exact()
    {
        var random = new Random(5);
        await using var repository = new CapturedRepository();
        var passwords = new List<string>();
        repository.Write("deploy.yaml", Manifest("DB_PASSWORD"));
        repository.Commit("base");
        await repository.StartAsync();
        foreach (var name in (string[])["DB_PASSWORD", "LOG_LEVEL", "SMTP_PASSWORD"])
        {
            repository.Write("deploy.yaml", Manifest(name));
            await repository.SettleAsync();
        }
        await repository.StopAsync();

        var result = await repository.CheckAsync();
        Assert.True(result.IsFaithful, CapturedRepository.Describe(result));
        Assert.Equal(3, result.Replay.EditsApplied);
        var files = Directory
            .EnumerateFiles(repository.Recording.Folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is not ("lock" or "socket"))
            .ToList();
        Assert.Equal(4, passwords.Count);
        Assert.All(passwords, password => Assert.DoesNotContain(files, path => Contains(path, password)));

        string Manifest(string name)
        {
            passwords.Add($"Moonlight-{random.Next(1000, 9999)}-Ferry");
            return $"""
                # {random.Next()}
                env:
                  - name: APP_PASSWORD
                    value: {passwords[^1]}
                  - name: {name}
                    value: "{random.Next()}"
                args:
                  - serve
                  - {random.Next()}

                """;
        }
    }

    [Fact]
    public async Task Nothing_that_is_cleansed_away_is_in_the_recording_and_the_replay_stays_exact()
    {
        var secret = "hunter" + "2-hunter" + "3";
        var setup = new CaptureSetup
        {
            Cleanse = (_, content) =>
                System.Text.Encoding.Latin1.GetBytes(
                    System
                        .Text.Encoding.Latin1.GetString(content)
                        .Replace(secret, "[gone]", StringComparison.Ordinal)
                ),
        };
        await using var repository = new CapturedRepository(setup);
        repository.Write("a.py", $"key = '{secret}'\nx = 1\n");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("a.py", $"key = '{secret}'\nx = 2\n");
        repository.Write("b.py", $"also = '{secret}'\n");
        repository.Commit($"with {secret} in it");
        await repository.StopAsync();

        var result = await repository.CheckAsync();
        Assert.True(result.IsFaithful, CapturedRepository.Describe(result));
        Assert.Equal(2, result.Replay.EditsApplied);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(repository.Recording.Folder, "*", SearchOption.AllDirectories),
            path => Path.GetFileName(path) is not ("lock" or "socket") && Contains(path, secret)
        );
    }

    [Fact]
    public async Task A_hostile_repository_runs_nothing_and_is_not_changed()
    {
        _repository.Write("a.py", "one\n");
        _repository.Write(".gitattributes", "* filter=evil diff=evil\n");
        _repository.Commit("base");
        var proof = _repository.PathOf("../proof");
        var evil = $"touch {proof}";
        foreach (
            var (key, value) in new Dictionary<string, string>
            {
                ["core.fsmonitor"] = evil,
                ["core.hooksPath"] = _repository.PathOf("hooks"),
                ["core.sshCommand"] = evil,
                ["core.pager"] = evil,
                ["core.alternateRefsCommand"] = evil,
                ["diff.external"] = evil,
                ["diff.evil.command"] = evil,
                ["diff.evil.textconv"] = evil,
                ["filter.evil.clean"] = evil,
                ["filter.evil.smudge"] = evil,
                ["filter.evil.process"] = evil,
                ["filter.evil.required"] = "true",
            }
        )
            _repository.Git("config", key, value);
        var index = File.ReadAllBytes(_repository.PathOf(".git/index"));
        var files = Listing();

        File.WriteAllText(_repository.PathOf("a.py"), "two\n");
        await _repository.StartAsync();
        _repository.Write("b.py", "b\n");
        await _repository.StopAsync();

        var result = await _repository.CheckAsync();
        Assert.True(result.IsFaithful, CapturedRepository.Describe(result));
        Assert.False(File.Exists(proof));
        Assert.Equal(index, File.ReadAllBytes(_repository.PathOf(".git/index")));
        Assert.Equal(files, Listing());
    }

    [Fact]
    public async Task A_repository_without_a_commit_is_refused_with_a_sentence()
    {
        var refused = await Assert.ThrowsAsync<GitException>(_repository.StartAsync);
        Assert.Contains("no commit yet", refused.Message, StringComparison.Ordinal);
    }

    private string[] Listing() =>
        [
            .. Directory
                .EnumerateFiles(_repository.PathOf(".git"), "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path => $"{path} {File.GetLastWriteTimeUtc(path).Ticks}"),
        ];

    private static bool Contains(string path, string text) =>
        File.ReadAllBytes(path).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;
}
