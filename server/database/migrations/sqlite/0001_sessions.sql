-- The table of sessions and its two indexes. Runs at every start: what exists already is left as it is.
--
-- The check makes SQLite itself refuse a tombstone that keeps something. `data` comes last: counting reads the columns
-- before it and leaves the rest of a long row alone. Anonymous rows are in no owner's list, therefore not in that index
-- either. It has everything by which a list is ordered and counted, so that only the rows of the list are read.
create table if not exists user_sessions (
    key           blob    not null primary key check (length(key) = 32),
    replaced      integer not null default 0 check (replaced in (0, 1)),
    revision      integer not null default 1,
    created_at    integer not null,
    last_activity integer not null,
    expires_at    integer not null,
    live_until    integer not null,
    owner         text,
    handle        text,
    data          blob,
    check (case replaced
        when 0 then handle is not null and data is not null
        else owner is null and handle is null and data is null
    end)
) strict;
-- The one of earlier versions.
drop index if exists user_sessions_owner;
create index if not exists user_sessions_owner_activity
    on user_sessions (owner, last_activity desc, key, expires_at, live_until) where owner is not null;
create index if not exists user_sessions_expires_at on user_sessions (expires_at);
