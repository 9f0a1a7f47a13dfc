using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Datacurve.Server;
using Npgsql;

namespace Datacurve.Tests;

public sealed partial class OptionsReaderTests
{
    private static Options Read(params (string Name, string Value)[] set) =>
        OptionsReader.Read(name => set.FirstOrDefault(variable => variable.Name == name).Value, "/somewhere");

    [Fact]
    public void Without_variables_every_option_has_the_contracts_default()
    {
        var options = Read();

        Assert.Equal(8000, options.Port);
        Assert.Equal("127.0.0.1", options.ListenAddress);
        Assert.Equal("/somewhere/datacurve.db", options.DatabasePath);
        Assert.Equal("/somewhere/blobs", options.BlobStorePath);
        Assert.Equal("gpt-5.2", options.Judge.Model);
        Assert.Null(options.Judge.OpenAiApiKey);
        Assert.Equal(120, options.Tests.TimeoutSeconds);
        Assert.Equal(512L << 20, options.Tests.MemoryBytes);
        Assert.Equal("python:3.11-slim", options.Tests.BaseImage);
        Assert.Equal("pytest", options.Tests.Command);
        Assert.Equivalent(new LimitOptions(), options.Limits);
        Assert.Equivalent(new TestOptions(), options.Tests);
        Assert.Equivalent(new JudgeOptions(), options.Judge);
        Assert.Equivalent(new QaOptions(), options.Qa);
        Assert.Equivalent(new KeepingOptions(), options.Keeping);
    }

    [Fact]
    public void The_variables_that_every_deployment_sets_are_taken()
    {
        var options = Read(
            ("OPENAI_API_KEY", "sk-1"),
            ("JUDGE_MODEL", "m"),
            ("DATABASE_URL", "sqlite:/data/x.db"),
            ("DATABASE_URL_SYNC", "postgresql://anything"),
            ("REDIS_URL", "redis://localhost:6379/0"),
            ("BLOB_STORE_PATH", "/data/blobs"),
            ("TEST_TIMEOUT_SECONDS", "7"),
            ("TEST_MEMORY_LIMIT", "1g"),
            ("TEST_BASE_IMAGE", "i"),
            ("TEST_COMMAND", "go test ./...")
        );

        Assert.Equal("sk-1", options.Judge.OpenAiApiKey);
        Assert.Equal("m", options.Judge.Model);
        Assert.Equal("/data/x.db", options.DatabasePath);
        Assert.Equal(new Uri("redis://localhost:6379/0"), options.RedisUrl);
        Assert.Equal("/data/blobs", options.BlobStorePath);
        Assert.Equal(7, options.Tests.TimeoutSeconds);
        Assert.Equal(1L << 30, options.Tests.MemoryBytes);
        Assert.Equal("i", options.Tests.BaseImage);
        Assert.Equal("go test ./...", options.Tests.Command);
    }

    /// <summary>Each variable of a range: the smallest, the largest, and one past either.</summary>
    [Theory]
    [InlineData("PORT", "0", "65535", "-1", "65536")]
    [InlineData("DATABASE_CONNECTIONS_MAX", "1", "1000", "0", "1001")]
    [InlineData("BODY_BYTES_MAX", "1k", "1g", "1023", "1073741825")]
    [InlineData("BLOB_BYTES_MAX", "1", "1125899906842624", "0", "1125899906842625")]
    [InlineData("BODY_TIMEOUT_SECONDS", "1", "3600", "0", "3601")]
    [InlineData("TEST_TIMEOUT_SECONDS", "1", "86400", "0", "86401")]
    [InlineData("TEST_MEMORY_LIMIT", "16m", "4096g", "16777215", "4097g")]
    [InlineData("TEST_REPEATS", "1", "100", "0", "101")]
    [InlineData("SETUP_TIMEOUT_SECONDS", "1", "86400", "0", "86401")]
    [InlineData("GIT_TIMEOUT_SECONDS", "1", "86400", "0", "86401")]
    [InlineData("MIRROR_BYTES_MAX", "1m", "1125899906842624", "1048575", "1125899906842625")]
    [InlineData("BASE_CACHE_MAX", "1", "100000", "0", "100001")]
    [InlineData("BLOB_GC_GRACE_HOURS", "1", "8760", "0", "8761")]
    [InlineData("BLOB_GC_EVERY_HOURS", "0", "720", "-1", "721")]
    [InlineData("S3_RETRIES", "0", "20", "-1", "21")]
    [InlineData("S3_TIMEOUT_SECONDS", "1", "3600", "0", "3601")]
    [InlineData("S3_PART_BYTES", "5m", "5g", "5242879", "5368709121")]
    [InlineData("JUDGE_SAMPLES", "1", "15", "0", "16")]
    [InlineData("JUDGE_TOKEN_BUDGET", "2000", "1000000", "1999", "1000001")]
    [InlineData("JUDGE_ATTEMPTS", "1", "20", "0", "21")]
    [InlineData("JUDGE_TIMEOUT_SECONDS", "1", "3600", "0", "3601")]
    [InlineData("JUDGE_RETRY_AFTER_SECONDS_MAX", "0", "3600", "-1", "3601")]
    [InlineData("JUDGE_ANSWER_TOKENS_MAX", "1000", "1000000", "999", "1000001")]
    [InlineData("QA_ATTEMPTS", "1", "100", "0", "101")]
    [InlineData("QA_LEASE_SECONDS", "1", "3600", "0", "3601")]
    [InlineData("QA_BACKOFF_SECONDS", "0", "3600", "-1", "3601")]
    [InlineData("QA_SWEEP_SECONDS", "1", "3600", "0", "3601")]
    [InlineData("QA_WORKERS", "1", "256", "0", "257")]
    [InlineData("QA_TEST_WORKERS", "1", "256", "0", "257")]
    [InlineData("QA_JUDGE_WORKERS", "1", "256", "0", "257")]
    [InlineData("QA_EVENT_BYTES_MAX", "1m", "1099511627776", "1048575", "1099511627777")]
    [InlineData("SEAL_AFTER_SECONDS", "0", "2147483647", "-1", "2147483648")]
    [InlineData("RETENTION_DAYS", "0", "100000", "-1", "100001")]
    [InlineData("KEEPING_SWEEP_SECONDS", "1", "86400", "0", "86401")]
    public void A_number_is_taken_to_its_limits_and_not_past_them(
        string name,
        string smallest,
        string largest,
        string below,
        string above
    )
    {
        Assert.NotEqual(Read((name, smallest)), Read((name, largest)));
        foreach (var wrong in new[] { below, above, "many", "1.5", " 1", "99999999999999999999", "0x10" })
        {
            var fault = Assert.Throws<StartException>(() => Read((name, wrong))).Message;
            Assert.StartsWith($"{name} takes ", fault, StringComparison.Ordinal);
            Assert.EndsWith($", not '{wrong}'.", fault, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("SANDBOX", "docker", "podman")]
    [InlineData("JUDGE_PROVIDER", "heuristic", "OpenAI")]
    [InlineData("SETUP_NETWORK", "true", "yes")]
    [InlineData("ALLOW_FILE_REMOTES", "1", "on")]
    [InlineData("OPENAI_BASE_URL", "http://localhost:1/v1", "localhost")]
    [InlineData("ANTHROPIC_BASE_URL", "https://example.org", "ftp://example.org")]
    [InlineData("LISTEN_ADDRESS", "0.0.0.0", "everywhere")]
    [InlineData("LISTEN_ADDRESS", "::1", "*")]
    [InlineData("REDIS_URL", "rediss://h", "localhost:6379")]
    [InlineData("S3_ENDPOINT", "http://localhost:9000", "localhost:9000")]
    [InlineData("S3_FORCE_PATH_STYLE", "true", "yes")]
    [InlineData("BLOB_STORE_PATH", "s3://bucket/prefix", "s3://")]
    [InlineData("BLOB_STORE_PATH", "/data/blobs", "gs://bucket")]
    [InlineData("BLOB_STORE_PATH", "s3://abc", "s3://Bucket")]
    [InlineData("BLOB_STORE_PATH", "s3://abc/d/e.f/", "s3://bucket/../x")]
    [InlineData("BLOB_STORE_PATH", "s3://abc/", "s3://bucket//x")]
    public void A_choice_is_taken_and_another_value_is_refused_by_name(
        string name,
        string right,
        string wrong
    )
    {
        Assert.NotEqual(Read(), Read((name, right)));
        Assert.StartsWith(
            $"{name} takes ",
            Assert.Throws<StartException>(() => Read((name, wrong))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("s3://bucket", "")]
    [InlineData("s3://bucket/", "")]
    [InlineData("s3://bucket/a", "a/")]
    [InlineData("s3://bucket/a/b-c/", "a/b-c/")]
    public void A_bucket_and_its_keys_are_taken_together(string url, string prefix)
    {
        var options = Read(
            ("BLOB_STORE_PATH", url),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_REGION", "eu-west-1"),
            ("S3_ENDPOINT", "http://localhost:9000")
        );

        Assert.Equal(("bucket", prefix), (options.S3.Bucket, options.S3.Prefix));
        Assert.Equal("eu-west-1", options.S3.Region);
        Assert.True(options.S3.ForcePathStyle);
        Assert.NotNull(options.S3.Credentials);
        Assert.Null(Read(("BLOB_STORE_PATH", url)).S3.Credentials);
        Assert.StartsWith(
            "AWS_ACCESS_KEY_ID ",
            Assert
                .Throws<StartException>(() => Read(("BLOB_STORE_PATH", url), ("AWS_ACCESS_KEY_ID", "id")))
                .Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("sqlite:x.db", "x.db")]
    [InlineData("sqlite:/data/x.db", "/data/x.db")]
    [InlineData("sqlite:///data/x.db", "/data/x.db")]
    public void A_sqlite_url_names_a_file(string url, string path) =>
        Assert.Equal(path, Read(("DATABASE_URL", url)).DatabasePath);

    [Theory]
    [InlineData("postgresql://user:hunter2@db/x?sslmode=maybe", "postgresql://")]
    [InlineData("postgresql://user:hunter2@db/x?pool=9", "postgresql://")]
    [InlineData("postgresql://user:hunter2@db:99999/x", "postgresql://")]
    [InlineData("postgresql://db/x", "postgresql://")]
    [InlineData("postgresql:user:hunter2", "postgresql://")]
    [InlineData("mysql://user:hunter2@db/x", "sqlite:PATH")]
    [InlineData("sqlite:", "sqlite:PATH")]
    [InlineData("sqlite::memory:", "sqlite:PATH")]
    [InlineData("sqlite:///:memory:", "sqlite:PATH")]
    [InlineData("sqlite:/data/", "sqlite:PATH")]
    public void Another_database_is_refused_in_a_sentence_without_its_password(string url, string says)
    {
        var fault = Assert.Throws<StartException>(() => Read(("DATABASE_URL", url))).Message;

        Assert.StartsWith("DATABASE_URL ", fault, StringComparison.Ordinal);
        Assert.Contains(says, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "postgresql://u:s%40cret@db:5433/x",
        "Host=db;Port=5433;Username=u;Password=s@cret;Database=x"
    )]
    [InlineData("postgres://u@db/x", "Host=db;Port=5432;Username=u;Database=x")]
    [InlineData("postgresql+asyncpg://u:p@db/x", "Host=db;Port=5432;Username=u;Password=p;Database=x")]
    [InlineData("postgresql://u@[::1]:1/x", "Host=::1;Port=1;Username=u;Database=x")]
    [InlineData("postgresql://u@/x?host=%2Frun%2Fpg", "Host=/run/pg;Port=5432;Username=u;Database=x")]
    [InlineData(
        "postgresql://u@db/x?sslmode=verify-full&application_name=a",
        "Host=db;Port=5432;Username=u;Database=x;SSL Mode=VerifyFull;Application Name=a"
    )]
    public void A_postgresql_url_names_a_database(string url, string settings)
    {
        var connection = new NpgsqlConnectionStringBuilder(Read(("DATABASE_URL", url)).PostgresConnection);

        foreach (var (name, value) in new NpgsqlConnectionStringBuilder(settings))
            Assert.Equal(value, connection[name]);
    }

    [Fact]
    public void A_folder_that_was_asked_for_by_name_goes_before_the_database_of_the_environment()
    {
        var options = OptionsReader.Read(
            name => name == "DATABASE_URL" ? "postgresql://u@db/x" : null,
            "/named",
            overrideStores: true
        );

        Assert.Null(options.PostgresConnection);
        Assert.Equal("/named/datacurve.db", options.DatabasePath);
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        var fault = Assert.Throws<StartException>(() => Read(("PORT", "x"), ("QA_WORKERS", "0"))).Message;

        Assert.Equal(2, fault.Split(Environment.NewLine).Length);
    }

    [Fact]
    public void An_empty_variable_is_one_that_is_not_set() =>
        Assert.Equal(Read(), Read(("PORT", ""), ("DATABASE_URL", ""), ("OPENAI_API_KEY", "")));

    [Fact]
    public void Every_variable_that_the_options_document_is_read()
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        OptionsReader.Read(
            name =>
            {
                asked.Add(name);
                return null;
            },
            "/somewhere"
        );
        var source = Path.Combine(
            Path.GetDirectoryName(ThisFile())!,
            "../../src/Datacurve.Server/Options.cs"
        );

        var documented = VariablePattern()
            .Matches(File.ReadAllText(source))
            .Select(match => match.Groups["name"].Value);

        Assert.Superset(documented.ToHashSet(), asked);
    }

    [GeneratedRegex("<c>(?<name>[A-Z][A-Z_]+)</c>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VariablePattern();

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [Fact]
    public void A_bucket_url_that_is_refused_is_not_repeated()
    {
        var secret = Guid.NewGuid().ToString("N");

        var refused = Assert.Throws<StartException>(() =>
            Read(("BLOB_STORE_PATH", $"s3://key:{secret}@bucket"))
        );

        Assert.DoesNotContain(secret, refused.Message, StringComparison.Ordinal);
    }
}
