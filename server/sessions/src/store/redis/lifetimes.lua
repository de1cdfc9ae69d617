-- Where each key leads: false for nothing, 0 for a tombstone, or the moment until which a session is live.
-- ARGV: now, keys
local now = ARGV[1]

local function lifetime(hex)
    local row = redis.call('HMGET', prefix .. hex, 'revision', 'handle', 'owner', 'expires_at', 'live_until')
    local revision, handle, owner, expires_at, live_until = row[1], row[2], row[3], row[4], row[5]
    if not expires_at or not is_after(expires_at, now) then return false end
    if not revision then return 0 end
    return is_listed(hex, owner, handle) and earlier(expires_at, live_until) or false
end

local lifetimes = {}
for place = 2, #ARGV do lifetimes[place - 1] = lifetime(ARGV[place]) end
return lifetimes
