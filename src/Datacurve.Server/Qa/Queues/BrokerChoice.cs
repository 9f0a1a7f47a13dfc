using Datacurve.Server.Storage;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Hangfire.Redis.StackExchange;
using Npgsql;
using StackExchange.Redis;

namespace Datacurve.Server.Qa.Queues;

/// <summary>
/// Where jobs wait: Redis where <c>REDIS_URL</c> is set, else beside the rows in PostgreSQL, else in the
/// memory of the one process that there is.
/// </summary>
/// <remarks>
/// All timeouts are short. A broker only brings word of what the database knows, so that nothing is worth a
/// long wait for it.
/// </remarks>
internal static class BrokerChoice
{
    private const int RedisTimeoutMs = 2_000;
    private const int RedisPort = 6379;

    /// <summary>How long done jobs are shown.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    // A job whose worker died comes again from the sweep, much earlier.
    private static readonly TimeSpan InvisibilityTimeout = TimeSpan.FromMinutes(30);

    // Hangfire's locks on PostgreSQL are rows: one whose holder lost the database in the midst stays, and the
    // workers that want its job wait for it. They are held for milliseconds, and guard what is fenced anyway.
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>A worker hears of a job at once; this is how soon it sees one whose word was lost.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(3);

    public static QaBroker Of(Options options, TimeProvider time, ILogger<QaBroker> log)
    {
        return new QaBroker(Connect, time, log);

        Task<OpenBroker> Connect() =>
            (options.RedisUrl, options.PostgresConnection) switch
            {
                ({ } url, { }) => RedisAsync(url),
                ({ } url, null) => RedisOrMemoryAsync(url, log),
                (null, { } connection) => Task.FromResult(Postgres(connection)),
                _ => Task.FromResult(InMemory()),
            };
    }

    public static OpenBroker InMemory() =>
        new(
            new InMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = Kept })
            {
                JobExpirationTimeout = Kept,
            }
        );

    /// <summary>
    /// An embedded service whose settings name a Redis that is not there needs none: it is the only process,
    /// and its memory serves as well.
    /// </summary>
    private static async Task<OpenBroker> RedisOrMemoryAsync(Uri url, ILogger log)
    {
        try
        {
            return await RedisAsync(url);
        }
        catch (RedisException exception)
        {
            log.QueuesInMemory(exception.Message);
            return InMemory();
        }
    }

    /// <summary>Connects, and from then on connects again by itself.</summary>
    /// <exception cref="RedisException">Redis cannot be reached now.</exception>
    private static async Task<OpenBroker> RedisAsync(Uri url)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(Configuration(url));
        try
        {
            var storage = new RedisStorage(
                connection,
                new RedisStorageOptions
                {
                    // The braces keep all keys on one node of a Redis cluster.
                    Prefix = "{datacurve}:",
                    Db = DatabaseNumber(url),
                    FetchTimeout = PollInterval,
                    InvisibilityTimeout = InvisibilityTimeout,
                }
            )
            {
                JobExpirationTimeout = Kept,
            };
            return new OpenBroker(storage, connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The schema <c>hangfire</c> of the database; Hangfire makes and migrates it, which several at once
    /// would fail at and try again.
    /// </summary>
    /// <exception cref="NpgsqlException">PostgreSQL cannot be reached now.</exception>
    private static OpenBroker Postgres(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection)
        {
            // A pool of its own, whose connections listen and lock: each is cleaned before its next use.
            ApplicationName = "datacurve-queue",
            NoResetOnClose = false,
            MaxAutoPrepare = 0,
            Enlist = false,
        };
        var options = new PostgreSqlStorageOptions
        {
            QueuePollInterval = PollInterval,
            InvisibilityTimeout = InvisibilityTimeout,
            DistributedLockTimeout = LockTimeout,
            EnableLongPolling = true,
        };
        var storage = PostgresSchema.Alone(
            connection,
            _ => new PostgreSqlStorage(new NpgsqlConnectionFactory(settings.ToString(), options), options)
        );
        storage.JobExpirationTimeout = Kept;
        return new OpenBroker(storage);
    }

    private static ConfigurationOptions Configuration(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        var configuration = new ConfigurationOptions
        {
            EndPoints = { { url.IdnHost, url.Port > 0 ? url.Port : RedisPort } },
            Ssl = url.Scheme == "rediss",
            ClientName = "datacurve",
            ConnectTimeout = RedisTimeoutMs,
            SyncTimeout = RedisTimeoutMs,
            AsyncTimeout = RedisTimeoutMs,
            // A command fails at once while Redis is away; the sweep brings what was not said.
            BacklogPolicy = BacklogPolicy.FailFast,
            ReconnectRetryPolicy = new LinearRetry(1_000),
        };
        if (user is [var name, var password])
        {
            configuration.User = name.Length == 0 ? null : Uri.UnescapeDataString(name);
            configuration.Password = Uri.UnescapeDataString(password);
        }

        return configuration;
    }

    private static int DatabaseNumber(Uri url) =>
        url.AbsolutePath.Length > 1 ? ushort.Parse(url.AbsolutePath[1..]) : 0;
}
