-- Removes the session of an owner that has this handle.
-- ARGV: owner, handle
local owner, handle = ARGV[1], ARGV[2]
local hex = redis.call('HGET', handles_of(owner), handle)
local row = hex and session(hex)
if not row or row.owner ~= owner or row.handle ~= handle then return 0 end
return remove(hex)
