-- Moves the times of a live session, none of them backwards.
-- ARGV: key, last_activity, expires_at, live_until, now
local hex, now = ARGV[1], ARGV[5]
local row = session(hex)
if not row or not is_after(row.expires_at, now) or not is_after(row.live_until, now) then return 0 end
row.last_activity = later(row.last_activity, ARGV[2])
row.expires_at = later(row.expires_at, ARGV[3])
row.live_until = later(row.live_until, ARGV[4])
redis.call('HSET', prefix .. hex, 'last_activity', row.last_activity,
    'expires_at', row.expires_at, 'live_until', row.live_until)
local ttl = row.expires_at - now + MARGIN
keep_for(prefix .. hex, ttl)
list(hex, row, ttl)
return 1
