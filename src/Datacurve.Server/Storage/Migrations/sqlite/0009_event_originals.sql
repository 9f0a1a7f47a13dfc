-- The originals of events and of the documents that open and end a trace, where redaction changed them. They
-- stay where they are when the trace is sealed.
create table event_originals (
    trace_id blob    not null,
    seq      integer not null,
    original blob    not null,
    primary key (trace_id, seq)
);

create table document_originals (
    trace_id blob    not null,
    kind     text    not null check (kind in ('opened', 'ended')),
    original blob    not null,
    primary key (trace_id, kind)
);
