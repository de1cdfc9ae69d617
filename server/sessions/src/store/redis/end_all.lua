-- Ends the sessions of an owner, but one if asked, by taking away the index they must stand in. From here on
-- none of them is a session any more; the rows themselves are then removed in batches from what it was renamed to.
-- ARGV: owner, ended_index[, excepted key]
local owner, ended_index, except = ARGV[1], ARGV[2], ARGV[3]
local kept = except and session(except)
if redis.call('EXISTS', live_of(owner)) == 1 then redis.call('RENAME', live_of(owner), ended_index) end
redis.call('UNLINK', activity_of(owner), handles_of(owner))
if kept and kept.owner == owner then
    local ttl = redis.call('PTTL', prefix .. except)
    redis.call('ZREM', ended_index, except)
    list_for_owner(except, kept, ttl)
end
if redis.call('EXISTS', ended_index) == 1 then remember(ended_index) end
