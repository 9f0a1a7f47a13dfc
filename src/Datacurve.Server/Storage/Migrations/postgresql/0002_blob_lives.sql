-- The generation rises with every upload of the bytes. Who takes them away says so in removing_at_ms first, and
-- only over the generation that was looked at. A blob that nothing names is marked before it goes.
alter table blobs add column generation bigint not null default 0;
alter table blobs add column touched_at_ms bigint not null default 0;
alter table blobs add column marked_at_ms bigint;
alter table blobs add column removing_at_ms bigint;
update blobs set touched_at_ms = created_at_ms;
