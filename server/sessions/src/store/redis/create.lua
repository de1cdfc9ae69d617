-- A new session under a free key.
-- ARGV: key, ttl, handle, data, created_at, last_activity, expires_at, live_until[, owner]
local hex = ARGV[1]
if redis.call('EXISTS', prefix .. hex) == 1 then return 'exists' end
insert(hex, {
    handle = ARGV[3], data = ARGV[4], created_at = ARGV[5], last_activity = ARGV[6],
    expires_at = ARGV[7], live_until = ARGV[8], owner = ARGV[9],
}, ARGV[2] + MARGIN)
return 'inserted'
