-- New data for a session that no other request has saved since it was loaded.
-- ARGV: key, revision, now, data
local hex, revision, now, data = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local row = session(hex)
if not row or not is_after(row.expires_at, now) then return 'gone' end
-- As texts: a 64-bit number does not fit into one of Lua's.
if row.revision ~= revision then return 'stale' end
redis.call('HSET', prefix .. hex, 'data', data)
redis.call('HINCRBY', prefix .. hex, 'revision', 1)
return 'written'
