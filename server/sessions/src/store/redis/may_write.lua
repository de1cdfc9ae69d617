-- Whether every command that changes something may be used on keys under the prefix. Most change nothing where there
-- is no such key; the others get one that is gone when the script ends, so that nobody sees it.
local probe, moved = prefix .. 'probe', prefix .. 'probe-moved'
local refused = nil
for _, command in ipairs({
    { 'UNLINK', probe, moved },
    { 'PEXPIRE', probe, 1000 },
    { 'HDEL', probe, 'field' },
    { 'ZADD', probe, 'XX', 1, 'member' },
    { 'ZREM', probe, 'member' },
    { 'ZPOPMIN', probe, 1 },
    { 'HSET', probe, 'field', 1 },
    { 'HINCRBY', probe, 'field', 1 },
    { 'RENAME', probe, moved },
    { 'UNLINK', probe, moved },
}) do
    local answer = redis.pcall(unpack(command))
    if type(answer) == 'table' and answer.err then
        -- If the first is refused, the key that the others would leave could not be removed.
        if command[1] == 'UNLINK' then return answer end
        refused = refused or answer
    end
end
return refused or 1
