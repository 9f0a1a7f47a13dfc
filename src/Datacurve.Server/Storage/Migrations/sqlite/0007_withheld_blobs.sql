-- What a trace names and its developer does not let be stored, by the hash that it is named by: such a name
-- keeps no blob. What was known of a blob is noted when it goes. kept_generation is that of a blob of which it
-- was found that somebody else may keep it; an upload after that is looked at anew.
create table withheld_blobs (
    trace_id        blob    not null,
    hash            blob    not null,
    byte_length     integer,
    lines_added     integer,
    lines_removed   integer,
    kept_generation integer,
    primary key (trace_id, hash)
) without rowid;

create index withheld_blobs_by_hash on withheld_blobs (hash);
