-- What a project keeps of what it is sent: without what was replaced, or the originals too, sealed.
alter table projects add column mode text not null default 'redacted' check (mode in ('redacted', 'raw'));

-- Whose original a blob of the store is, and of what it was sent as; noted before its bytes are stored.
create table blob_originals (
    project_id    blob    not null,
    hash          blob    not null,
    original_hash blob  not null,
    key_id        blob    not null,
    noted_at_ms   integer not null,
    primary key (project_id, hash, original_hash)
) without rowid;

create index blob_originals_by_stored on blob_originals (original_hash);
