-- What a key leads to: nil, 0 for a tombstone, or the fields of a session.
-- ARGV: key, now
local hex, now = ARGV[1], ARGV[2]
local row = redis.call('HMGET', prefix .. hex, 'revision', 'handle', 'owner', 'data',
    'created_at', 'last_activity', 'expires_at', 'live_until')
local revision, handle, owner, expires_at = row[1], row[2], row[3], row[7]
if not expires_at or not is_after(expires_at, now) then return nil end
if not revision then return 0 end
if not is_listed(hex, owner, handle) then return nil end
return row
