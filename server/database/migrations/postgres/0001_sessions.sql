-- The table of sessions and its indexes. Runs whenever one of them is missing: what exists already is left as it is.
--
-- The check makes PostgreSQL itself refuse a tombstone that keeps something. Owner and handle compare byte by byte,
-- whatever the database's collation. Anonymous sessions are in no owner's list, therefore not in those indexes.
--
-- Every save and every touch leaves a dead copy of the row behind. Room on each page lets a save reuse the page (and
-- leave the indexes alone), and a table of a million rows is vacuumed before a fifth of it is dead. Sealed data does
-- not compress: trying would be a waste.
create table if not exists user_sessions (
    key           bytea   not null primary key check (octet_length(key) = 32),
    replaced      boolean not null default false,
    revision      bigint  not null default 1,
    created_at    bigint  not null,
    last_activity bigint  not null,
    expires_at    bigint  not null,
    live_until    bigint  not null,
    owner         text collate "C",
    handle        text collate "C",
    data          bytea,
    check (case
        when replaced then owner is null and handle is null and data is null
        else handle is not null and data is not null
    end)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
alter table user_sessions alter column data set storage external;
create index if not exists user_sessions_owner
    on user_sessions (owner, last_activity desc, key) where owner is not null;
create index if not exists user_sessions_handle on user_sessions (owner, handle) where owner is not null;
create index if not exists user_sessions_expires_at on user_sessions (expires_at);
