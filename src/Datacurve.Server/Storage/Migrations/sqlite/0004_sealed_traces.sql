-- A sealed trace has its events in one blob and none in the table. chain_head is the hash of its last event,
-- which covers every event before it.
alter table traces add column sealed_hash blob;
alter table traces add column sealed_at_ms integer;
alter table traces add column chain_head blob;

create index traces_to_seal on traces (finalized_at_ms)
    where sealed_hash is null and status in ('complete', 'failed');

-- How many days the traces of a project are kept; 0 is for ever.
create table retention (
    project_id blob    not null primary key,
    keep_days  integer not null
) without rowid;
