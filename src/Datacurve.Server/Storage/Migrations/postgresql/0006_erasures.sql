-- What stays of a trace that was erased: that it was, when, why and by whom, and nothing of what it held.
create table erasures (
    trace_id     bytea  not null primary key,
    project_id   bytea  not null,
    erased_at_ms bigint not null,
    reason       text   not null,
    erased_by    text   not null,
    state        text   not null check (state in ('begun', 'deleted', 'purged', 'done')),
    at_once      bigint not null default 0,
    done_at_ms   bigint
);

create index erasures_open on erasures (state) where state <> 'done';
create index erasures_by_project on erasures (project_id, trace_id);
create index erasures_by_time on erasures (erased_at_ms);

-- Hashes of the keys of idempotency that opened erased traces: none opens its trace a second time.
create table erased_keys (
    project_id bytea not null,
    key_hash   bytea not null,
    trace_id   bytea not null,
    primary key (project_id, key_hash)
);

-- The blobs that erased traces named, until it is decided of each whether it goes or is somebody else's too.
create table erased_blobs (
    trace_id bytea  not null,
    hash     bytea  not null,
    at_once  bigint not null,
    primary key (trace_id, hash)
);

-- The QA jobs of erased traces: what a killed worker of one left on its machine goes.
create table erased_jobs (
    qa_job_id bytea not null primary key,
    trace_id  bytea not null
);

-- The blobs that the service itself made of a trace, whether or not anything came to name them.
create table made_blobs (
    trace_id bytea not null,
    hash     bytea not null,
    primary key (trace_id, hash)
);

create index traces_by_developer on traces (project_id, developer_id);
