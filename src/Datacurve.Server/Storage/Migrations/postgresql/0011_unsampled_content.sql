-- To plan by, PostgreSQL copies values of each column into its statistics, of short documents the whole, where no
-- erasure finds them. Of what was recorded it is to copy nothing; and what it has copied so far is forgotten when a
-- column is said to have the type that it has, which writes no row anew.
alter table traces
    alter column repo_id type text, alter column repo_id set statistics 0,
    alter column developer_id type text, alter column developer_id set statistics 0,
    alter column document type bytea, alter column document set statistics 0,
    alter column ingestion type bytea, alter column ingestion set statistics 0,
    alter column final_state type bytea, alter column final_state set statistics 0;
alter table trace_labels
    alter column label type text, alter column label set statistics 0;
alter table idempotency_keys
    alter column idempotency_key type text, alter column idempotency_key set statistics 0;
alter table events
    alter column body type bytea, alter column body set statistics 0;
alter table qa_runs
    alter column progress type text, alter column progress set statistics 0,
    alter column result type bytea, alter column result set statistics 0;
alter table event_originals
    alter column original type bytea, alter column original set statistics 0;
alter table document_originals
    alter column original type bytea, alter column original set statistics 0;
