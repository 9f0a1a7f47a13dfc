-- Sessions of browsers that were ended before their time: the cookie of one lets nobody in, wherever it is. A
-- row goes when its session would have ended by itself.
create table ended_sessions (
    session_id text   not null primary key,
    ends_at_ms bigint not null
);
