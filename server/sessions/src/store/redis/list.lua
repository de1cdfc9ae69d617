-- Live sessions of an owner, newest activity first: their number, then the first of them. Nil if the index has
-- entries that lead to no session (`tidy.lua` drops them), unless it was tidied just now: they are passed over then.
-- ARGV: owner, now, limit[, 'tidied']
local owner, now, limit, is_tidied = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local activity, live, handles = activity_of(owner), live_of(owner), handles_of(owner)

-- Each session stands in all three, so they differ in length if Redis has evicted one of them. Rows that Redis
-- expired before the clean-up came are among those whose time is long past.
local function is_whole()
    local count = redis.call('ZCARD', live)
    if redis.call('ZCARD', activity) ~= count or redis.call('HLEN', handles) ~= count then return false end
    for _, hex in ipairs(redis.call('ZRANGE', live, '-inf', now, 'BYSCORE', 'LIMIT', 0, 10)) do
        if redis.call('EXISTS', prefix .. hex) == 0 then return false end
    end
    return true
end

-- The first live ones; nil if one that was looked at is no session. Looks at a hundred at least, so that for almost
-- everybody the number is right as well; of those that are not listed only at what tells whether they are sessions.
local function first()
    local rows, seen, start = {}, 0, 0
    local wanted = math.min(math.max(limit, 100), redis.call('ZCOUNT', live, '(' .. now, '+inf'))
    while seen < wanted do
        local page = redis.call('ZRANGE', activity, start, start + 99)
        if #page == 0 then break end
        start = start + #page
        local ends = redis.call('ZMSCORE', live, unpack(page))
        for place, hex in ipairs(page) do
            if is_after(ends[place] or 0, now) then
                local row = seen < limit
                    and redis.call('HMGET', prefix .. hex, 'revision', 'handle', 'owner', 'data',
                        'created_at', 'last_activity', 'expires_at', 'live_until')
                    or redis.call('HMGET', prefix .. hex, 'revision', 'handle', 'owner')
                if row[1] and row[3] == owner and is_listed(hex, owner, row[2]) then
                    seen = seen + 1
                    if seen <= limit then rows[seen] = { hex, row } end
                    if seen == wanted then break end
                elseif not is_tidied then
                    return nil
                end
            end
        end
    end
    return rows
end

if not is_tidied and not is_whole() then return nil end
local rows = first()
if not rows then return nil end
return { redis.call('ZCOUNT', live, '(' .. now, '+inf'), rows }
