namespace Datacurve.Tests.Api;

// What the service promises over HTTP, it promises on every store: each suite runs on both engines.

public sealed class SqliteAppendEventsTests(ServiceUnderTest service)
    : AppendEventsTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresAppendEventsTests(PostgresService service)
    : AppendEventsTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteAppendRacesTests(ServiceUnderTest service)
    : AppendRacesTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresAppendRacesTests(PostgresService service)
    : AppendRacesTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteBlobTests(ServiceUnderTest service)
    : BlobTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresBlobTests(PostgresService service)
    : BlobTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteBlobFaultsTests(ServiceUnderTest service)
    : BlobFaultsTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresBlobFaultsTests(PostgresService service)
    : BlobFaultsTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteCreateTraceTests(ServiceUnderTest service)
    : CreateTraceTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresCreateTraceTests(PostgresService service)
    : CreateTraceTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteEventLinesTests(ServiceUnderTest service)
    : EventLinesTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresEventLinesTests(PostgresService service)
    : EventLinesTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteEventTypesTests(ServiceUnderTest service)
    : EventTypesTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresEventTypesTests(PostgresService service)
    : EventTypesTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteFinalizeTests(ServiceUnderTest service)
    : FinalizeTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresFinalizeTests(PostgresService service)
    : FinalizeTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteGetTraceTests(ServiceUnderTest service)
    : GetTraceTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresGetTraceTests(PostgresService service)
    : GetTraceTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteHealthTests(ServiceUnderTest service)
    : HealthTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresHealthTests(PostgresService service)
    : HealthTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteListEventsTests(ServiceUnderTest service)
    : ListEventsTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresListEventsTests(PostgresService service)
    : ListEventsTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteListTracesTests(ServiceUnderTest service)
    : ListTracesTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresListTracesTests(PostgresService service)
    : ListTracesTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteParsingTests(ServiceUnderTest service)
    : ParsingTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresParsingTests(PostgresService service)
    : ParsingTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteStreamEventsTests(ServiceUnderTest service)
    : StreamEventsTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresStreamEventsTests(PostgresService service)
    : StreamEventsTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteSealingTests(ServiceUnderTest service)
    : SealingTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresSealingTests(PostgresService service)
    : SealingTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteRetentionTests(ServiceUnderTest service)
    : RetentionTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresRetentionTests(PostgresService service)
    : RetentionTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteLimitsTests(ServiceUnderTest service)
    : LimitsTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresLimitsTests(PostgresService service)
    : LimitsTests(service),
        IClassFixture<PostgresService>;

public sealed class SqliteRedactionTests(ServiceUnderTest service)
    : RedactionTests(service),
        IClassFixture<ServiceUnderTest>;

public sealed class PostgresRedactionTests(PostgresService service)
    : RedactionTests(service),
        IClassFixture<PostgresService>;
