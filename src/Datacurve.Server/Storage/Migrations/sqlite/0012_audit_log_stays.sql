-- An insert that replaces deletes what it replaces, without a trigger of deletions where a connection has not asked
-- for those. A row that is to get the next id has -1 for one until it is there.
create trigger audit_log_stays before insert on audit_log
when new.audit_id > 0 and exists (select 1 from audit_log where audit_id = new.audit_id)
begin
    select raise(abort, 'the audit log is only added to');
end;
