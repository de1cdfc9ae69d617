-- A new key for a session; the old one becomes a tombstone.
-- ARGV: old key, revision, tombstone_until, now,
--       key, ttl, handle, data, created_at, last_activity, expires_at, live_until[, owner]
local old, revision, tombstone_until, now, new = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local row = session(old)
if not row or not is_after(row.expires_at, now) then return 'gone' end
if row.revision ~= revision then return 'stale' end
if redis.call('EXISTS', prefix .. new) == 1 then return 'exists' end

remove(old)
local ttl = math.max(tombstone_until - now, 0) + MARGIN
redis.call('HSET', prefix .. old, 'expires_at', tombstone_until)
redis.call('PEXPIRE', prefix .. old, ttl)
redis.call('ZADD', EXPIRY, tombstone_until, old)
keep_for(EXPIRY, ttl)

insert(new, {
    handle = ARGV[7], data = ARGV[8], created_at = ARGV[9], last_activity = ARGV[10],
    expires_at = ARGV[11], live_until = ARGV[12], owner = ARGV[13],
}, ARGV[6] + MARGIN)
return 'done'
