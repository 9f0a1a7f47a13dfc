using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace Datacurve.Server;

/// <summary>
/// Reads <see cref="Options"/> from environment variables. Everything that is wrong is found before the
/// service starts, each with the variable's name and what it takes.
/// </summary>
internal sealed partial class OptionsReader(Func<string, string?> variable)
{
    /// <summary>What help says of <c>--data</c>.</summary>
    public const string DataHelp =
        "The folder that keeps everything; else as $DATABASE_URL and $BLOB_STORE_PATH say, "
        + "else /data where there is one, or ~/.local/share/datacurve";

    private readonly List<string> _faults = [];

    /// <param name="variable">The value of an environment variable, null where it is not set.</param>
    /// <param name="dataDirectory">Where everything is kept, unless a variable says otherwise.</param>
    /// <param name="overrideStores">Whether the folder was asked for by name and goes before the
    /// variables.</param>
    /// <exception cref="StartException">A variable has a value that it does not take.</exception>
    public static Options Read(
        Func<string, string?> variable,
        string dataDirectory,
        bool overrideStores = false
    )
    {
        var reader = new OptionsReader(variable);
        var options = reader.Read(dataDirectory, overrideStores);
        return reader._faults.Count == 0
            ? options
            : throw new StartException(string.Join(Environment.NewLine, reader._faults));
    }

    private Options Read(string data, bool overrideStores) =>
        new()
        {
            Port = (int)Number("PORT", 8000, 0, 65535),
            ListenAddress = Address("LISTEN_ADDRESS", "127.0.0.1"),
            DatabasePath = overrideStores ? Path.Combine(data, "datacurve.db") : DatabasePath(data),
            PostgresConnection = overrideStores ? null : PostgresConnection(),
            DatabaseConnectionsMax = (int)Number("DATABASE_CONNECTIONS_MAX", 32, 1, 1000),
            BlobStorePath = BlobFolder(overrideStores) ?? Path.Combine(data, "blobs"),
            S3 = S3(overrideStores),
            Blobs = new BlobOptions
            {
                GraceHours = (int)Number("BLOB_GC_GRACE_HOURS", 24, 1, 8760),
                CollectEveryHours = (int)Number("BLOB_GC_EVERY_HOURS", 0, 0, 720),
            },
            RedisUrl = Redis("REDIS_URL"),
            Roles = RolesOf("ROLES"),
            WorkPath = (overrideStores ? null : Text("WORK_PATH")) ?? Path.Combine(data, "work"),
            RedactionRules = Text("REDACTION_RULES"),
            RawKeyPath = Text("RAW_KEY_PATH"),
            Limits = new LimitOptions
            {
                BodyBytesMax = (int)Bytes("BODY_BYTES_MAX", 8 << 20, 1024, 1 << 30),
                BlobBytesMax = Bytes("BLOB_BYTES_MAX", 2L << 30, 1, 1L << 50),
                BodyTimeoutSeconds = (int)Number("BODY_TIMEOUT_SECONDS", 30, 1, 3600),
            },
            Access = Access(),
            Tests = Tests(),
            Judge = Judge(),
            Qa = Qa(),
            Keeping = new KeepingOptions
            {
                SealAfterSeconds = (int)Number("SEAL_AFTER_SECONDS", 3600, 0, int.MaxValue),
                RetentionDays = (int)Number("RETENTION_DAYS", 0, 0, 100_000),
                SweepSeconds = (int)Number("KEEPING_SWEEP_SECONDS", 60, 1, 86_400),
            },
        };

    private QaOptions Qa()
    {
        var workers = (int)Number("QA_WORKERS", 2, 1, 256);
        return new QaOptions
        {
            Attempts = (int)Number("QA_ATTEMPTS", 5, 1, 100),
            LeaseSeconds = (int)Number("QA_LEASE_SECONDS", 30, 1, 3600),
            BackoffSeconds = (int)Number("QA_BACKOFF_SECONDS", 2, 0, 3600),
            SweepSeconds = (int)Number("QA_SWEEP_SECONDS", 10, 1, 3600),
            TestWorkers = (int)Number("QA_TEST_WORKERS", workers, 1, 256),
            JudgeWorkers = (int)Number("QA_JUDGE_WORKERS", workers, 1, 256),
            EventBytesMax = Bytes("QA_EVENT_BYTES_MAX", 128L << 20, 1 << 20, 1L << 40),
        };
    }

    private string? BlobFolder(bool overrideStores)
    {
        if (overrideStores || Text("BLOB_STORE_PATH") is not { } path)
            return null;
        if (!path.Contains("://", StringComparison.Ordinal))
            return path;
        // The value may carry a secret, so that it is not repeated here.
        if (!S3Url.TryParse(path, out _, out _))
            _faults.Add("BLOB_STORE_PATH takes a folder, or s3://BUCKET/PREFIX.");
        return null;
    }

    private S3Options S3(bool overrideStores)
    {
        var named = S3Url.TryParse(Text("BLOB_STORE_PATH") ?? "", out var bucket, out var prefix);
        return new S3Options
        {
            Bucket = named && !overrideStores ? bucket : null,
            Prefix = prefix,
            Endpoint = Url("S3_ENDPOINT"),
            Region = Text("S3_REGION") ?? Text("AWS_REGION") ?? "us-east-1",
            ForcePathStyle =
                Flag("S3_FORCE_PATH_STYLE")
                || (Text("S3_FORCE_PATH_STYLE") is null && Text("S3_ENDPOINT") is not null),
            Credentials = AwsKeys(used: named && !overrideStores),
            Retries = (int)Number("S3_RETRIES", 3, 0, 20),
            TimeoutSeconds = (int)Number("S3_TIMEOUT_SECONDS", 60, 1, 3600),
            // S3 takes parts from 5 MiB to 5 GiB.
            PartBytes = Bytes("S3_PART_BYTES", 16 << 20, 5 << 20, 5L << 30),
        };
    }

    private AWSCredentials? AwsKeys(bool used)
    {
        var (id, secret) = (Text("AWS_ACCESS_KEY_ID"), Text("AWS_SECRET_ACCESS_KEY"));
        var token = Text("AWS_SESSION_TOKEN");
        if (used && id is null != secret is null)
            _faults.Add("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together; one of them is not set.");
        if (!used || id is null || secret is null)
            return null;
        return token is null
            ? new BasicAWSCredentials(id, secret)
            : new SessionAWSCredentials(id, secret, token);
    }

    private TestOptions Tests() =>
        new()
        {
            Sandbox = Choice("SANDBOX", "auto", "auto", "docker", "local"),
            TimeoutSeconds = (int)Number("TEST_TIMEOUT_SECONDS", 120, 1, 86_400),
            MemoryBytes = Bytes("TEST_MEMORY_LIMIT", 512L << 20, 16 << 20, 1L << 42),
            BaseImage = Text("TEST_BASE_IMAGE") ?? "python:3.11-slim",
            Command = Text("TEST_COMMAND") ?? "pytest",
            Repeats = (int)Number("TEST_REPEATS", 1, 1, 100),
            SetupNetwork = Flag("SETUP_NETWORK"),
            SetupTimeoutSeconds = (int)Number("SETUP_TIMEOUT_SECONDS", 600, 1, 86_400),
            GitTimeoutSeconds = (int)Number("GIT_TIMEOUT_SECONDS", 300, 1, 86_400),
            MirrorBytesMax = Bytes("MIRROR_BYTES_MAX", 4L << 30, 1 << 20, 1L << 50),
            BaseCacheMax = (int)Number("BASE_CACHE_MAX", 64, 1, 100_000),
            AllowFileRemotes = Flag("ALLOW_FILE_REMOTES"),
            DockerHost = Text("DOCKER_HOST") ?? "unix:///var/run/docker.sock",
        };

    private JudgeOptions Judge() =>
        new()
        {
            Provider = Choice("JUDGE_PROVIDER", "auto", "auto", "openai", "anthropic", "heuristic"),
            Model = Text("JUDGE_MODEL") ?? JudgeOptions.OpenAiModel,
            OpenAiApiKey = Text("OPENAI_API_KEY"),
            OpenAiBaseUrl = Url("OPENAI_BASE_URL"),
            AnthropicApiKey = Text("ANTHROPIC_API_KEY"),
            AnthropicBaseUrl = Url("ANTHROPIC_BASE_URL"),
            Samples = (int)Number("JUDGE_SAMPLES", 1, 1, 15),
            TokenBudget = (int)Number("JUDGE_TOKEN_BUDGET", 32_000, 2_000, 1_000_000),
            Attempts = (int)Number("JUDGE_ATTEMPTS", 3, 1, 20),
            TimeoutSeconds = (int)Number("JUDGE_TIMEOUT_SECONDS", 120, 1, 3600),
            RetryAfterSecondsMax = (int)Number("JUDGE_RETRY_AFTER_SECONDS_MAX", 60, 0, 3600),
            AnswerTokensMax = (int)Number("JUDGE_ANSWER_TOKENS_MAX", 16_000, 1_000, 1_000_000),
        };

    private string DatabasePath(string data)
    {
        var url = Text("DATABASE_URL");
        if (url is null || PostgresUrl.IsOne(url))
            return Path.Combine(data, "datacurve.db");
        if (url.StartsWith("sqlite:", StringComparison.Ordinal))
        {
            // sqlite:///data/x.db is the absolute path as other tools write it.
            var path = url["sqlite:".Length..];
            path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path;
            // What SQLite takes for no file at all would lose what is acknowledged.
            if (path.Length > 0 && path[^1] != '/' && !path.Contains(":memory:", StringComparison.Ordinal))
                return path;
        }

        // The value may carry a password, so that it is not repeated here.
        _faults.Add($"DATABASE_URL takes sqlite:PATH, the path of a file, or {PostgresUrl.Takes}.");
        return data;
    }

    private string? PostgresConnection()
    {
        if (Text("DATABASE_URL") is not { } url || !PostgresUrl.IsOne(url))
            return null;
        if (PostgresUrl.TryParse(url, out var connection))
            return connection;

        // The value may carry a password, so that it is not repeated here.
        _faults.Add($"DATABASE_URL takes {PostgresUrl.Takes}.");
        return null;
    }

    private string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;

    private long Number(string name, long fallback, long min, long max)
    {
        if (Text(name) is not { } text)
            return fallback;
        if (
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
        )
            return number;
        return Fault(name, $"a whole number from {min} to {max}", text, fallback);
    }

    private long Bytes(string name, long fallback, long min, long max)
    {
        if (Text(name) is not { } text)
            return fallback;
        return ByteSize.TryParse(text, out var bytes) && bytes >= min && bytes <= max
            ? bytes
            : Fault(name, $"a size from {min} to {max} bytes, such as 512m or 2g", text, fallback);
    }

    private bool Flag(string name) => Choice(name, "false", "false", "true", "0", "1") is "true" or "1";

    private string Choice(string name, string fallback, params string[] choices) =>
        Text(name) is not { } text ? fallback
        : choices.Contains(text, StringComparer.Ordinal) ? text
        : Fault(name, string.Join(", ", choices), text, fallback);

    private Uri? Url(string name)
    {
        if (Text(name) is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : Fault(name, "an http or https URL", text, (Uri?)null);
    }

    /// <summary>
    /// Not validated further it would be a wildcard to the web server, which listens everywhere then.
    /// </summary>
    private string Address(string name, string fallback)
    {
        if (Text(name) is not { } text)
            return fallback;
        if (text == "localhost")
            return "127.0.0.1";
        return IPAddress.TryParse(text, out var address)
            ? (address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString())
            : Fault(name, "an IP address or localhost", text, fallback);
    }

    private Uri? Redis(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (
            Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url is { Scheme: "redis" or "rediss", Host.Length: > 0 }
            && (url.AbsolutePath is "" or "/" || ushort.TryParse(url.AbsolutePath[1..], out _))
        )
            return url;

        // The value may carry a password, so that it is not repeated here.
        _faults.Add($"{name} takes a redis or rediss URL, such as redis://localhost:6379/0.");
        return null;
    }

    private Roles RolesOf(string name)
    {
        if (Text(name) is not { } text)
            return Roles.All;
        return Roles.TryParse(text, out var roles) ? roles : Fault(name, Roles.Takes, text, Roles.All);
    }

    private T Fault<T>(string name, string takes, string text, T fallback)
    {
        _faults.Add($"{name} takes {takes}, not '{text}'.");
        return fallback;
    }
}
