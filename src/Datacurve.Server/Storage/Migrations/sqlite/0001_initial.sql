-- Ids are 16 bytes in network order, hashes 32; times are Unix milliseconds. Tables whose rows hold documents
-- have a rowid: without one, a row of more than a quarter page would spill into pages of its own.
create table traces (
    trace_id        blob    not null primary key,
    created_at_ms   integer not null,
    finalized_at_ms integer,
    status          text    not null check (status in ('collecting', 'finalizing', 'complete', 'failed')),
    seq_last        integer not null default 0,
    repo_id         text    not null,
    developer_id    text    not null,
    document        blob    not null,
    ingestion       blob    not null,
    final_state     blob,
    qa_job_id       blob,
    overall         real,
    passed          integer
);

create index traces_by_time on traces (created_at_ms desc, trace_id desc);

create table trace_labels (
    trace_id blob not null,
    label    text not null,
    primary key (trace_id, label)
) without rowid;

create table idempotency_keys (
    idempotency_key text    not null primary key,
    request_hash    blob    not null,
    trace_id        blob    not null,
    created_at_ms   integer not null
) without rowid;

-- The body is the event as the client sent it, with the defaults of absent members put in.
create table events (
    trace_id blob    not null,
    seq      integer not null,
    event_id blob    not null,
    body     blob    not null,
    primary key (trace_id, seq)
);

create unique index events_by_id on events (trace_id, event_id);

create table blobs (
    hash          blob    not null primary key,
    byte_length   integer not null,
    created_at_ms integer not null
) without rowid;

-- One row per QA of a trace. The fence rises with every claim; a step writes only under its own.
create table qa_runs (
    qa_job_id      blob    not null primary key,
    trace_id       blob    not null,
    number         integer not null,
    state          text    not null check (state in ('run_tests', 'run_judge', 'finalize_qa', 'done', 'failed')),
    attempts       integer not null default 0,
    fence          integer not null default 0,
    lease_until_ms integer not null default 0,
    not_before_ms  integer not null default 0,
    progress       text,
    result         blob    not null,
    created_at_ms  integer not null,
    finished_at_ms integer,
    unique (trace_id, number)
);

create index qa_runs_open on qa_runs (state) where state not in ('done', 'failed');
