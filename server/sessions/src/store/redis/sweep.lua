-- Removes what has expired, and what was ended by an operation that was given up before it removed the rows.
-- ARGV: now, batch
local now, batch = ARGV[1], tonumber(ARGV[2])
local removed = 0
local expired = redis.call('ZRANGE', EXPIRY, '-inf', now, 'BYSCORE', 'LIMIT', 0, batch)
for _, hex in ipairs(expired) do
    -- Counts even if Redis expired the row first: its entry was still there.
    remove(hex)
    removed = removed + 1
end

-- The operation that ends sessions empties what it renamed; after a minute it has been given up.
local abandoned = redis.call('TIME')[1] - 60
local ended_indexes = redis.call('ZRANGE', ENDED, '-inf', abandoned, 'BYSCORE', 'LIMIT', 0, 1)
if ended_indexes[1] and removed < batch then
    removed = removed + empty(ended_indexes[1], batch - removed)
end
return removed
