-- The project of all zeros is the one that whoever asks without a key works in, and that everything before
-- there were projects belongs to.
create table projects (
    project_id    bytea  not null primary key,
    name          text   not null unique,
    created_at_ms bigint not null
);

insert into projects (project_id, name, created_at_ms)
values ('\x00000000000000000000000000000000', 'default', 0);

create table api_keys (
    key_id          text   not null primary key,
    project_id      bytea  not null,
    name            text   not null,
    hash            bytea  not null,
    scopes          text   not null,
    created_at_ms   bigint not null,
    expires_at_ms   bigint,
    revoked_at_ms   bigint,
    last_used_at_ms bigint
);

alter table traces add column project_id bytea not null default '\x00000000000000000000000000000000';

drop index traces_by_time;
create index traces_by_time on traces (project_id, created_at_ms desc, trace_id desc);

-- A key of idempotency is the client's own word: two projects may use the same.
alter table idempotency_keys
    add column project_id bytea not null default '\x00000000000000000000000000000000';
alter table idempotency_keys drop constraint idempotency_keys_pkey;
alter table idempotency_keys add primary key (project_id, idempotency_key);

-- Who may read a blob: storage holds equal bytes once, whoever sent them.
create table project_blobs (
    project_id bytea not null,
    hash       bytea not null,
    primary key (project_id, hash)
);

insert into project_blobs select '\x00000000000000000000000000000000', hash from blobs;

create table audit_log (
    audit_id   bigint generated always as identity primary key,
    ts_ms      bigint not null,
    project_id bytea  not null,
    caller     text   not null,
    action     text   not null,
    trace_id   bytea,
    subject    text,
    status     integer not null,
    request_id text   not null
);

create index audit_log_by_trace on audit_log (trace_id, audit_id) where trace_id is not null;

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is only added to';
end
$$;

create trigger audit_log_keeps before update or delete on audit_log
for each row execute function refuse_change();

create table sign_in_keys (
    name text not null primary key,
    xml  text not null
);
