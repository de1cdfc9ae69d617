//! The statements, one per operation. Parameters are documented by the code that binds them, in `rows.rs`.

/// Inserts unless the key already exists in any state.
pub(super) const CREATE: &str = "\
insert into user_sessions
    (key, created_at, last_activity, expires_at, live_until, owner, handle, data)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (key) do nothing";

pub(super) const LOAD: &str = "\
select key, replaced, revision, created_at, last_activity, expires_at, live_until, owner, handle, data
from user_sessions
where key = $1 and expires_at > $2";

/// Only of the keys that lead somewhere, in any order.
pub(super) const LIFETIMES: &str = "\
select key, replaced, least(expires_at, live_until) as live_until
from user_sessions
where key = any($1) and expires_at > $2";

pub(super) const SAVE: &str = "\
update user_sessions set data = $3, revision = revision + 1
where key = $1 and not replaced and revision = $2 and expires_at > $4";

/// After a conditional write that changed nothing: does the session exist with another revision? This only
/// determines the result reported; the decision was made by the write.
pub(super) const IS_THERE: &str =
    "select exists (select from user_sessions where key = $1 and not replaced and expires_at > $2)";

/// Everything that belonged to the session leaves the old row; only the key and its times stay. An existing
/// new key violates the primary key, and then none of this has happened.
///
/// `turn` is the owner's lock (no row if there is no owner). The update joins it, so it is taken before the
/// old row is; the other way round would deadlock with an end that waits for the row.
pub(super) const REPLACE: &str = "\
with turn as materialized (
    select pg_advisory_xact_lock_shared(hashtextextended($10, 1)) is null
), buried as (
    update user_sessions
    set replaced = true, owner = null, handle = null, data = null, expires_at = $3, live_until = $3
    from turn
    where key = $1 and not replaced and revision = $2 and expires_at > $4
    returning 1
)
insert into user_sessions
    (key, created_at, last_activity, expires_at, live_until, owner, handle, data)
select $5, $6, $7, $8, $9, $10, $11, $12
from buried";

/// `greatest` prevents a late touch from moving a time backwards.
pub(super) const TOUCH: &str = "\
update user_sessions
set last_activity = greatest(last_activity, $2),
    expires_at = greatest(expires_at, $3),
    live_until = greatest(live_until, $4)
where key = $1 and not replaced and expires_at > $5 and live_until > $5";

pub(super) const DELETE: &str = "delete from user_sessions where key = $1 and not replaced";

pub(super) const DISCARD: &str =
    "delete from user_sessions where key = $1 and not replaced and revision = $2";

/// Begins a transaction. The isolation level is explicit, because a statement's second read after a lock
/// depends on it.
///
/// Nothing else is sent along: sqlx considers a transaction open only once its `begin` was answered, so one
/// whose first statement failed together with its `begin` would stay open on a connection that returns to the
/// pool.
pub(super) const BEGIN: &str = "begin isolation level read committed";

/// The ordinary table lock, acquired before any wait for the owner's lock.
pub(super) const CLAIM: &str = "lock table user_sessions in row exclusive mode";

/// Waits until every replace within this owner has ended, and keeps further ones waiting.
pub(super) const TAKE_TURN: &str = "select pg_advisory_xact_lock(hashtextextended($1, 1))";

pub(super) const END: &str = "delete from user_sessions where owner = $1 and handle = $2";

/// Without an exception $2 is null, and every key is distinct from null.
pub(super) const END_ALL: &str = "delete from user_sessions where owner = $1 and key is distinct from $2";

/// Waits until every writer has ended, and keeps further ones waiting. Readers are not blocked.
pub(super) const HOLD_WRITERS: &str = "lock table user_sessions in share row exclusive mode";

pub(super) const END_EVERYONE: &str = "delete from user_sessions where not replaced";

/// Rows and count come from one snapshot. The index has the rows in this order, and only as many are read as
/// requested.
pub(super) const LIST: &str = "\
select key, revision, created_at, last_activity, expires_at, live_until, owner, handle, data, (
    select count(*) from user_sessions where owner = $1 and expires_at > $2 and live_until > $2
) as total
from user_sessions
where owner = $1 and expires_at > $2 and live_until > $2
order by last_activity desc, key
limit $3";

/// Selects once (`array`: a join could select again for every row), locks the selected rows, and skips those
/// locked by another transaction: two instances share the work, and neither waits.
pub(super) const SWEEP: &str = "\
delete from user_sessions
where key = any (array(
    select key from user_sessions where expires_at <= $1 order by expires_at limit $2
    for update skip locked
))";

pub(super) const STATS: &str = "\
select
    count(*) filter (where expires_at > $1 and live_until > $1 and owner is not null) as signed_in,
    count(*) filter (where expires_at > $1 and live_until > $1) as live,
    count(*) as present
from user_sessions
where not replaced";

/// Queries the table and its columns, not only the connection: no request could be served without them.
pub(super) const PING: &str = "\
select key, replaced, revision, created_at, last_activity, expires_at, live_until, owner, handle, octet_length(data)
from user_sessions
limit 1";
