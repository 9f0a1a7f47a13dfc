-- The same tables as SQLite has. Ids are 16 bytes in network order, hashes 32; times are Unix milliseconds;
-- documents are JSON as it came, which jsonb would not keep. Numbers are bigint, as SQLite gives them.
-- A trace's row changes with every append: room in its page keeps the new version beside the old one.
create table traces (
    trace_id        bytea  not null primary key,
    created_at_ms   bigint not null,
    finalized_at_ms bigint,
    status          text   not null check (status in ('collecting', 'finalizing', 'complete', 'failed')),
    seq_last        bigint not null default 0,
    repo_id         text   not null,
    developer_id    text   not null,
    document        bytea  not null,
    ingestion       bytea  not null,
    final_state     bytea,
    qa_job_id       bytea,
    overall         double precision,
    passed          bigint
) with (fillfactor = 70);

create index traces_by_time on traces (created_at_ms desc, trace_id desc);

create table trace_labels (
    trace_id bytea not null,
    label    text  not null,
    primary key (trace_id, label)
);

create table idempotency_keys (
    idempotency_key text   not null primary key,
    request_hash    bytea  not null,
    trace_id        bytea  not null,
    created_at_ms   bigint not null
);

-- The body is the event as the client sent it, with the defaults of absent members put in. No foreign key:
-- an append locks its trace's row anyway, and a check for each event costs a third of the rate.
create table events (
    trace_id bytea  not null,
    seq      bigint not null,
    event_id bytea  not null,
    body     bytea  not null,
    primary key (trace_id, seq)
);

create unique index events_by_id on events (trace_id, event_id);

create table blobs (
    hash          bytea  not null primary key,
    byte_length   bigint not null,
    created_at_ms bigint not null
);

-- One row per QA of a trace. The fence rises with every claim; a step writes only under its own.
create table qa_runs (
    qa_job_id      bytea  not null primary key,
    trace_id       bytea  not null,
    number         bigint not null,
    state          text   not null check (state in ('run_tests', 'run_judge', 'finalize_qa', 'done', 'failed')),
    attempts       bigint not null default 0,
    fence          bigint not null default 0,
    lease_until_ms bigint not null default 0,
    not_before_ms  bigint not null default 0,
    progress       text,
    result         bytea  not null,
    created_at_ms  bigint not null,
    finished_at_ms bigint,
    unique (trace_id, number)
) with (fillfactor = 70);

create index qa_runs_open on qa_runs (state) where state not in ('done', 'failed');
