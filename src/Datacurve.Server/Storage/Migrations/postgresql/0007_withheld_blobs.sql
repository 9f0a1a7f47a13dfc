-- What a trace names and its developer does not let be stored, by the hash that it is named by: such a name
-- keeps no blob. What was known of a blob is noted when it goes. kept_generation is that of a blob of which it
-- was found that somebody else may keep it; an upload after that is looked at anew.
create table withheld_blobs (
    trace_id        bytea  not null,
    hash            bytea  not null,
    byte_length     bigint,
    lines_added     bigint,
    lines_removed   bigint,
    kept_generation bigint,
    primary key (trace_id, hash)
);

create index withheld_blobs_by_hash on withheld_blobs (hash);
