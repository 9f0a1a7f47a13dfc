using Amazon.Runtime;

namespace Datacurve.Server;

/// <summary>
/// Every setting and every limit of the service. Names in the docs are the environment variables that set
/// them; a bad value stops the start with the variable's name and what it takes.
/// </summary>
internal sealed record Options
{
    /// <summary><c>PORT</c>: where the service listens; 0 takes a free one.</summary>
    public int Port { get; init; } = 8000;

    /// <summary><c>LISTEN_ADDRESS</c>: the address it listens on.</summary>
    public string ListenAddress { get; init; } = "127.0.0.1";

    /// <summary><c>DATABASE_URL</c> as <c>sqlite:PATH</c>: the file.</summary>
    public string DatabasePath { get; init; } = "/data/datacurve.db";

    /// <summary>
    /// <c>DATABASE_URL</c> as <c>postgresql://…</c>, in the driver's words, password and all; null where
    /// SQLite stores.
    /// </summary>
    public string? PostgresConnection { get; init; }

    /// <summary>
    /// <c>DATABASE_CONNECTIONS_MAX</c>: connections to PostgreSQL that this process opens at most.
    /// </summary>
    public int DatabaseConnectionsMax { get; init; } = 32;

    /// <summary><c>BLOB_STORE_PATH</c>: the folder of the blobs, where they are no bucket's.</summary>
    public string BlobStorePath { get; init; } = "/data/blobs";

    public S3Options S3 { get; init; } = new();

    /// <summary><c>REDIS_URL</c>: the broker that brings QA jobs to workers.</summary>
    public Uri? RedisUrl { get; init; }

    /// <summary><c>ROLES</c>, <c>--roles</c>: what this process does.</summary>
    public Roles Roles { get; init; } = Roles.All;

    /// <summary>
    /// <c>WORK_PATH</c>: mirrors, prepared images and workspaces; may be deleted while stopped.
    /// </summary>
    public string WorkPath { get; init; } = "/data/work";

    /// <summary>
    /// <c>REDACTION_RULES</c>: a rule file in gitleaks' format, taken instead of the bundled rules or, where
    /// it extends the default, beside them.
    /// </summary>
    public string? RedactionRules { get; init; }

    /// <summary>
    /// <c>RAW_KEY_PATH</c>: the file of the key that seals the originals of projects whose mode is raw, and,
    /// with commas, those of the keys before it.
    /// </summary>
    public string? RawKeyPath { get; init; }

    public BlobOptions Blobs { get; init; } = new();
    public LimitOptions Limits { get; init; } = new();
    public AccessOptions Access { get; init; } = new();
    public TestOptions Tests { get; init; } = new();
    public JudgeOptions Judge { get; init; } = new();
    public QaOptions Qa { get; init; } = new();
    public KeepingOptions Keeping { get; init; } = new();
}

/// <summary>What becomes of blobs that nothing names.</summary>
internal sealed record BlobOptions
{
    /// <summary>
    /// <c>BLOB_GC_GRACE_HOURS</c>: how long a blob stays that nothing names, and how long a client may take
    /// from its upload, or from asking for it, to naming it.
    /// </summary>
    public int GraceHours { get; init; } = 24;

    /// <summary>
    /// <c>BLOB_GC_EVERY_HOURS</c>: how often this process collects them by itself; 0 is never.
    /// </summary>
    public int CollectEveryHours { get; init; }
}

/// <summary>The bucket that holds the blobs, where one does, and how it is reached.</summary>
internal sealed record S3Options
{
    /// <summary>
    /// <c>BLOB_STORE_PATH</c> as <c>s3://BUCKET/PREFIX</c>; null where blobs are files of a folder.
    /// </summary>
    public string? Bucket { get; init; }

    /// <summary>What every key begins with: empty, or with a slash at its end.</summary>
    public string Prefix { get; init; } = "";

    /// <summary><c>S3_ENDPOINT</c>: the server; null is AWS itself.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary><c>S3_REGION</c>, else <c>AWS_REGION</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>
    /// <c>S3_FORCE_PATH_STYLE</c>: whether the bucket stands in the path and not in the host's name. Left
    /// alone, it does where an endpoint is set.
    /// </summary>
    public bool ForcePathStyle { get; init; }

    /// <summary>
    /// From <c>AWS_ACCESS_KEY_ID</c> and its like; null leaves it to the client library to find a profile or
    /// a role.
    /// </summary>
    public AWSCredentials? Credentials { get; init; }

    /// <summary><c>S3_RETRIES</c>: tries of one call after the first.</summary>
    public int Retries { get; init; } = 3;

    /// <summary><c>S3_TIMEOUT_SECONDS</c>: one try of one call.</summary>
    public int TimeoutSeconds { get; init; } = 60;

    /// <summary><c>S3_PART_BYTES</c>: what is longer goes in parts of this length.</summary>
    public long PartBytes { get; init; } = 16 << 20;
}

/// <summary>The bounds on what a client may send.</summary>
internal sealed record LimitOptions
{
    /// <summary><c>BODY_BYTES_MAX</c>: a JSON body, after decompression.</summary>
    public int BodyBytesMax { get; init; } = 8 << 20;

    /// <summary><c>BLOB_BYTES_MAX</c>: one blob.</summary>
    public long BlobBytesMax { get; init; } = 2L << 30;

    /// <summary>
    /// <c>BODY_TIMEOUT_SECONDS</c>: how long a body may take, and a blob per 1 MiB at least this long.
    /// </summary>
    public int BodyTimeoutSeconds { get; init; } = 30;
}

/// <summary>How tests are run where the trace does not say.</summary>
internal sealed record TestOptions
{
    /// <summary><c>SANDBOX</c>: auto, docker or local.</summary>
    public string Sandbox { get; init; } = "auto";

    /// <summary><c>TEST_TIMEOUT_SECONDS</c>.</summary>
    public int TimeoutSeconds { get; init; } = 120;

    /// <summary><c>TEST_MEMORY_LIMIT</c>, in bytes, or with k, m, g.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary><c>TEST_BASE_IMAGE</c>.</summary>
    public string BaseImage { get; init; } = "python:3.11-slim";

    /// <summary><c>TEST_COMMAND</c>.</summary>
    public string Command { get; init; } = "pytest";

    /// <summary><c>TEST_REPEATS</c>: how often each run is repeated to find flaky tests; 1 is once.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary><c>SETUP_NETWORK</c>: whether setup commands may use the network. Tests never may.</summary>
    public bool SetupNetwork { get; init; }

    /// <summary><c>SETUP_TIMEOUT_SECONDS</c>: all setup commands of one image together.</summary>
    public int SetupTimeoutSeconds { get; init; } = 600;

    /// <summary>
    /// <c>ALLOW_FILE_REMOTES</c>: whether <c>remote_url</c> may be a path or file URL of this machine.
    /// </summary>
    public bool AllowFileRemotes { get; init; }

    /// <summary><c>DOCKER_HOST</c>: the engine.</summary>
    public string DockerHost { get; init; } = "unix:///var/run/docker.sock";

    /// <summary>
    /// The bytes and files an archive or a repository may unpack to: what a sandbox can hold.
    /// </summary>
    public long WorkspaceBytesMax { get; init; } = 3L << 29;
    public int WorkspaceFilesMax { get; init; } = 200_000;

    /// <summary><c>GIT_TIMEOUT_SECONDS</c>: one call of git, a fetch included.</summary>
    public int GitTimeoutSeconds { get; init; } = 300;

    /// <summary>
    /// The memory that git may take at one time, for one object. A remote can send one of any size in a few
    /// bytes; git reads files over 16 MiB piece by piece, and folders and commits whole.
    /// </summary>
    public long GitAllocationBytesMax { get; init; } = 1L << 30;

    /// <summary>
    /// <c>MIRROR_BYTES_MAX</c>: what one fetch from a remote may add to the disk. A mirror that has grown
    /// over it is made anew.
    /// </summary>
    public long MirrorBytesMax { get; init; } = 4L << 30;

    /// <summary>
    /// <c>BASE_CACHE_MAX</c>: rebuilt repositories, and mirrors, kept on disk; the oldest goes first.
    /// </summary>
    public int BaseCacheMax { get; init; } = 64;
}

/// <summary>Who judges, and how much it may read.</summary>
internal sealed record JudgeOptions
{
    /// <summary>
    /// <c>JUDGE_PROVIDER</c>: auto, openai, anthropic or heuristic; auto takes the one whose key is set.
    /// </summary>
    public string Provider { get; init; } = "auto";

    /// <summary><c>JUDGE_MODEL</c>; Anthropic's own default where it judges and this is left alone.</summary>
    public string Model { get; init; } = OpenAiModel;
    public const string OpenAiModel = "gpt-5.2";

    /// <summary><c>OPENAI_API_KEY</c>.</summary>
    public string? OpenAiApiKey { get; init; }

    /// <summary><c>OPENAI_BASE_URL</c>: any compatible server.</summary>
    public Uri? OpenAiBaseUrl { get; init; }

    /// <summary><c>ANTHROPIC_API_KEY</c>.</summary>
    public string? AnthropicApiKey { get; init; }

    /// <summary><c>ANTHROPIC_BASE_URL</c>.</summary>
    public Uri? AnthropicBaseUrl { get; init; }

    /// <summary><c>JUDGE_SAMPLES</c>: answers per trace; the median counts.</summary>
    public int Samples { get; init; } = 1;

    /// <summary><c>JUDGE_TOKEN_BUDGET</c>: the packet's size in tokens, at four characters a token.</summary>
    public int TokenBudget { get; init; } = 32_000;

    /// <summary><c>JUDGE_ATTEMPTS</c>: tries per sample on malformed, refused or failed answers.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary><c>JUDGE_TIMEOUT_SECONDS</c>: one call.</summary>
    public int TimeoutSeconds { get; init; } = 120;

    /// <summary>
    /// <c>JUDGE_RETRY_AFTER_SECONDS_MAX</c>: the longest wait before the next try, whatever the server asks.
    /// </summary>
    public int RetryAfterSecondsMax { get; init; } = 60;

    /// <summary>
    /// <c>JUDGE_ANSWER_TOKENS_MAX</c>: the longest answer, the model's hidden reasoning included.
    /// </summary>
    public int AnswerTokensMax { get; init; } = 16_000;
}

/// <summary>How the pipeline retries.</summary>
internal sealed record QaOptions
{
    /// <summary><c>QA_ATTEMPTS</c>: tries of one step before the trace is <c>failed</c>.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary><c>QA_LEASE_SECONDS</c>: a step whose worker is silent this long is taken over.</summary>
    public int LeaseSeconds { get; init; } = 30;

    /// <summary><c>QA_BACKOFF_SECONDS</c>: before the second try; doubles each time.</summary>
    public int BackoffSeconds { get; init; } = 2;

    /// <summary>Longer than this no try is put off.</summary>
    public static readonly TimeSpan BackoffMax = TimeSpan.FromDays(1);

    /// <summary><c>QA_SWEEP_SECONDS</c>: how often lost work is looked for.</summary>
    public int SweepSeconds { get; init; } = 10;

    /// <summary><c>QA_TEST_WORKERS</c>, or <c>QA_WORKERS</c>: traces whose tests run at the same
    /// time.</summary>
    public int TestWorkers { get; init; } = 2;

    /// <summary><c>QA_JUDGE_WORKERS</c>, or <c>QA_WORKERS</c>: traces judged at the same time.</summary>
    public int JudgeWorkers { get; init; } = 2;

    /// <summary>
    /// <c>QA_EVENT_BYTES_MAX</c>: the events that QA reads of one trace. Read, they take some four times this
    /// of memory.
    /// </summary>
    public long EventBytesMax { get; init; } = 128L << 20;
}

/// <summary>What becomes of traces that are finished.</summary>
internal sealed record KeepingOptions
{
    /// <summary>
    /// <c>SEAL_AFTER_SECONDS</c>: a trace whose QA has ended is sealed when it was quiet this long.
    /// </summary>
    public int SealAfterSeconds { get; init; } = 3600;

    /// <summary><c>RETENTION_DAYS</c>: traces older than this are removed; 0 keeps them for ever.</summary>
    public int RetentionDays { get; init; }

    /// <summary>
    /// <c>KEEPING_SWEEP_SECONDS</c>: how often is looked for traces to seal or to remove.
    /// </summary>
    public int SweepSeconds { get; init; } = 60;
}
