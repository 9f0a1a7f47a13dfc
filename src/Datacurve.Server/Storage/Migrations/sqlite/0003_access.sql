-- The project of all zeros is the one that whoever asks without a key works in, and that everything before
-- there were projects belongs to.
create table projects (
    project_id    blob    not null primary key,
    name          text    not null unique,
    created_at_ms integer not null
) without rowid;

insert into projects (project_id, name, created_at_ms) values (zeroblob(16), 'default', 0);

create table api_keys (
    key_id          text    not null primary key,
    project_id      blob    not null,
    name            text    not null,
    hash            blob    not null,
    scopes          text    not null,
    created_at_ms   integer not null,
    expires_at_ms   integer,
    revoked_at_ms   integer,
    last_used_at_ms integer
) without rowid;

alter table traces add column project_id blob not null default x'00000000000000000000000000000000';

drop index traces_by_time;
create index traces_by_time on traces (project_id, created_at_ms desc, trace_id desc);

-- A key of idempotency is the client's own word: two projects may use the same.
create table project_idempotency_keys (
    project_id      blob    not null,
    idempotency_key text    not null,
    request_hash    blob    not null,
    trace_id        blob    not null,
    created_at_ms   integer not null,
    primary key (project_id, idempotency_key)
) without rowid;

insert into project_idempotency_keys
select zeroblob(16), idempotency_key, request_hash, trace_id, created_at_ms from idempotency_keys;

drop table idempotency_keys;
alter table project_idempotency_keys rename to idempotency_keys;

-- Who may read a blob: storage holds equal bytes once, whoever sent them.
create table project_blobs (
    project_id blob not null,
    hash       blob not null,
    primary key (project_id, hash)
) without rowid;

insert into project_blobs select zeroblob(16), hash from blobs;

create table audit_log (
    audit_id   integer primary key,
    ts_ms      integer not null,
    project_id blob    not null,
    caller     text    not null,
    action     text    not null,
    trace_id   blob,
    subject    text,
    status     integer not null,
    request_id text    not null
);

create index audit_log_by_trace on audit_log (trace_id, audit_id) where trace_id is not null;

create trigger audit_log_keeps before update on audit_log
begin
    select raise(abort, 'the audit log is only added to');
end;

create trigger audit_log_holds before delete on audit_log
begin
    select raise(abort, 'the audit log is only added to');
end;

create table sign_in_keys (
    name text not null primary key,
    xml  text not null
) without rowid;
