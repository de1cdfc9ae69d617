-- Drops the entries in a part of an owner's index that lead to no session; hands back where to go on, '0' at the end.
-- ARGV: owner, index ('activity', 'live' or 'handles'), where to begin ('0' at first)
local owner, index, from = ARGV[1], ARGV[2], ARGV[3]
local activity, live, handles = activity_of(owner), live_of(owner), handles_of(owner)

if index == 'handles' then
    local part = redis.call('HSCAN', handles, from, 'COUNT', 200)
    for entry = 1, #part[2], 2 do
        if not redis.call('ZSCORE', live, part[2][entry + 1]) then redis.call('HDEL', handles, part[2][entry]) end
    end
    return part[1]
end

local part = redis.call('ZSCAN', index == 'live' and live or activity, from, 'COUNT', 200)
for entry = 1, #part[2], 2 do
    local hex = part[2][entry]
    local row = session(hex)
    if not row or row.owner ~= owner then
        redis.call('ZREM', activity, hex)
        redis.call('ZREM', live, hex)
        -- A row that was ended with everybody's is left to those who count it.
        local is_ended = redis.call('EXISTS', prefix .. hex) == 1
            and not redis.call('ZSCORE', SIGNED_IN, hex)
        if not row and not is_ended then remove(hex) end
    end
end
return part[1]
