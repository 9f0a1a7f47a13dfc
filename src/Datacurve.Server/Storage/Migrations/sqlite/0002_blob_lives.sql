-- The generation rises with every upload of the bytes. Who takes them away says so in removing_at_ms first, and
-- only over the generation that was looked at. A blob that nothing names is marked before it goes.
alter table blobs add column generation integer not null default 0;
alter table blobs add column touched_at_ms integer not null default 0;
alter table blobs add column marked_at_ms integer;
alter table blobs add column removing_at_ms integer;
update blobs set touched_at_ms = created_at_ms;
