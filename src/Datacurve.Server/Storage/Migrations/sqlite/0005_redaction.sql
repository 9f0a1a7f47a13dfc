-- The key of the placeholders in everything that a project is sent; made when it is needed first.
alter table projects add column redaction_key blob;

-- What was replaced in a trace's documents and events: the versions of the rules, and counts by rule. Null
-- where the trace is from before there was redaction, and was stored as sent.
alter table traces add column redaction blob;

-- A blob is named by the hash of what was sent, and kept under the hash of what was left of it.
alter table project_blobs add column stored_hash blob;
alter table project_blobs add column redaction blob;
update project_blobs set stored_hash = hash;

create index project_blobs_by_stored on project_blobs (stored_hash);
