-- What a project keeps of what it is sent: without what was replaced, or the originals too, sealed.
alter table projects add column mode text not null default 'redacted' check (mode in ('redacted', 'raw'));

-- Whose original a blob of the store is, and of what it was sent as; noted before its bytes are stored.
create table blob_originals (
    project_id    bytea  not null,
    hash          bytea  not null,
    original_hash bytea  not null,
    key_id        bytea  not null,
    noted_at_ms   bigint not null,
    primary key (project_id, hash, original_hash)
);

create index blob_originals_by_stored on blob_originals (original_hash);
