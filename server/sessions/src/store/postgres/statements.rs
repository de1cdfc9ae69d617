//! The statements, one for each operation. Parameters are named where they are bound, in `rows.rs`.

/// Inserts unless the key stands there already, in whatever state.
pub(super) const CREATE: &str = "\
insert into user_sessions
    (key, created_at, last_activity, expires_at, live_until, owner, handle, data)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (key) do nothing";

pub(super) const LOAD: &str = "\
select key, replaced, revision, created_at, last_activity, expires_at, live_until, owner, handle, data
from user_sessions
where key = $1 and expires_at > $2";

pub(super) const SAVE: &str = "\
update user_sessions set data = $3, revision = revision + 1
where key = $1 and not replaced and revision = $2 and expires_at > $4";

/// After a conditional write that changed nothing: is there a session all the same, with another revision? Only words
/// the answer; the decision was the write's.
pub(super) const IS_THERE: &str =
    "select exists (select from user_sessions where key = $1 and not replaced and expires_at > $2)";

/// Everything that belonged to the session leaves the old row; only the key and its times stay. A new key that exists
/// violates the primary key, and then nothing of this has happened.
///
/// `turn` is the owner's lock (no row's, without an owner). The update joins it, so it is taken before the old row is;
/// the other way round would be a deadlock with an end that waits for the row.
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

/// `greatest` keeps a late touch from turning a time back.
pub(super) const TOUCH: &str = "\
update user_sessions
set last_activity = greatest(last_activity, $2),
    expires_at = greatest(expires_at, $3),
    live_until = greatest(live_until, $4)
where key = $1 and not replaced and expires_at > $5 and live_until > $5";

pub(super) const DELETE: &str = "delete from user_sessions where key = $1 and not replaced";

pub(super) const DISCARD: &str =
    "delete from user_sessions where key = $1 and not replaced and revision = $2";

/// Begins a transaction. The isolation level is named, because a statement's second look after a lock depends on it.
///
/// Nothing else is sent along: sqlx knows of a transaction only once its `begin` was answered, so one whose first
/// statement failed together with its `begin` would stay open on a connection that goes back to the pool.
pub(super) const BEGIN: &str = "begin isolation level read committed";

/// The ordinary claim on the table, before any wait for the owner's lock.
pub(super) const CLAIM: &str = "lock table user_sessions in row exclusive mode";

/// Waits until every replace within this owner has ended, and keeps further ones waiting.
pub(super) const TAKE_TURN: &str = "select pg_advisory_xact_lock(hashtextextended($1, 1))";

pub(super) const END: &str = "delete from user_sessions where owner = $1 and handle = $2";

/// Without an exception $2 is null, and every key is distinct from null.
pub(super) const END_ALL: &str = "delete from user_sessions where owner = $1 and key is distinct from $2";

/// Waits until every writer has ended, and keeps further ones waiting. Readers go on.
pub(super) const HOLD_WRITERS: &str = "lock table user_sessions in share row exclusive mode";

pub(super) const END_EVERYONE: &str = "delete from user_sessions where not replaced";

/// Rows and count come from one look. The index has the rows in this order, and only as many are read as are asked for.
pub(super) const LIST: &str = "\
select key, revision, created_at, last_activity, expires_at, live_until, owner, handle, data, (
    select count(*) from user_sessions where owner = $1 and expires_at > $2 and live_until > $2
) as total
from user_sessions
where owner = $1 and expires_at > $2 and live_until > $2
order by last_activity desc, key
limit $3";

/// Chooses once (`array`: a join could choose again for every row), locks what it chose, and leaves to their owners the
/// rows that another transaction has locked: two instances share the work, and neither waits.
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

/// Asks the table, not only the connection: without it no request could be served.
pub(super) const PING: &str = "select from user_sessions limit 1";
