-- Live sessions of an owner, newest activity first: their number, then the first of them.
-- ARGV: owner, now, limit
local owner, now, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
local activity, live, handles = activity_of(owner), live_of(owner), handles_of(owner)

-- Each session stands in all three, so they differ in length if Redis has evicted one of them. Rows that Redis
-- expired before the sweeper came are among those whose time is long past.
local function is_whole()
    local count = redis.call('ZCARD', live)
    if redis.call('ZCARD', activity) ~= count or redis.call('HLEN', handles) ~= count then return false end
    for _, hex in ipairs(redis.call('ZRANGE', live, '-inf', now, 'BYSCORE', 'LIMIT', 0, 10)) do
        if redis.call('EXISTS', prefix .. hex) == 0 then return false end
    end
    return true
end

-- Drops the entries that lead to no session. There is rarely any.
local function tidy()
    for _, index in ipairs({ activity, live }) do
        for _, hex in ipairs(redis.call('ZRANGE', index, 0, -1)) do
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
    end
    local entries = redis.call('HGETALL', handles)
    for index = 1, #entries, 2 do
        if not redis.call('ZSCORE', live, entries[index + 1]) then
            redis.call('HDEL', handles, entries[index])
        end
    end
end

-- The first live ones, and whether all that were looked at are sessions. Looks at a hundred at least, so that
-- for almost everybody the number is right as well.
local function first()
    local rows, seen, start = {}, 0, 0
    local wanted = math.min(math.max(limit, 100), redis.call('ZCOUNT', live, '(' .. now, '+inf'))
    while seen < wanted do
        local page = redis.call('ZRANGE', activity, start, start + 99)
        if #page == 0 then break end
        start = start + #page
        for _, hex in ipairs(page) do
            if is_after(redis.call('ZSCORE', live, hex) or 0, now) then
                local row = redis.call('HMGET', prefix .. hex, 'revision', 'handle', 'owner', 'data',
                    'created_at', 'last_activity', 'expires_at', 'live_until')
                if not row[1] or row[3] ~= owner or not is_listed(hex, owner, row[2]) then return nil end
                seen = seen + 1
                if seen <= limit then rows[seen] = { hex, row } end
                if seen == wanted then break end
            end
        end
    end
    return rows
end

if not is_whole() then tidy() end
local rows = first()
if not rows then
    tidy()
    rows = first() or {}
end
return { redis.call('ZCOUNT', live, '(' .. now, '+inf'), rows }
