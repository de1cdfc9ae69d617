-- What the scripts have in common; stands in front of each of them. The layout is described in `redis.rs`.

-- The one key a script declares is the prefix of all others: with a hash tag in it they share its slot.
local prefix = KEYS[1]

-- The indexes over all sessions; members are keys in hexadecimal.
local EXPIRY = prefix .. 'expiry'
local ANONYMOUS = prefix .. 'anonymous'
local SIGNED_IN = prefix .. 'signed-in'
-- Names of indexes that were ended as a whole and are being emptied.
local ENDED = prefix .. 'ended'

-- How long Redis keeps a key after its time, in milliseconds. Expiry by Redis runs in Redis's clock and only
-- cleans up; whether a session has expired is judged by the caller's clock.
local MARGIN = 3600000

-- The indexes of one owner. The owner comes last, so that no owner's name can look like another index.
local function activity_of(owner) return prefix .. 'owner-activity:' .. owner end
local function live_of(owner) return prefix .. 'owner-live:' .. owner end
local function handles_of(owner) return prefix .. 'owner-handles:' .. owner end

-- A moment is kept as the decimal text it came as; only comparisons need numbers.
local function is_after(moment, other) return tonumber(moment) > tonumber(other) end
local function later(a, b) if is_after(a, b) then return a else return b end end
local function earlier(a, b) if is_after(a, b) then return b else return a end end

-- Redis keeps the key for at least so long.
local function keep_for(key, ttl)
    if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end
end

-- Where a session must stand to be one: in every index by which it is listed and ended.
local function is_listed(hex, owner, handle)
    if not owner then return redis.call('ZSCORE', ANONYMOUS, hex) end
    return redis.call('ZSCORE', SIGNED_IN, hex)
        and redis.call('ZSCORE', live_of(owner), hex)
        and redis.call('ZSCORE', activity_of(owner), hex)
        and redis.call('HEXISTS', handles_of(owner), handle) == 1
end

-- The session under a key, expired or not, without its data; nil if there is none. A tombstone has no revision.
local function session(hex)
    local found = redis.call('HMGET', prefix .. hex,
        'revision', 'owner', 'handle', 'last_activity', 'expires_at', 'live_until')
    if not found[1] or not is_listed(hex, found[2], found[3]) then return nil end
    return {
        revision = found[1], owner = found[2], handle = found[3],
        last_activity = found[4], expires_at = found[5], live_until = found[6],
    }
end

-- Enters a session into its owner's indexes, or moves it there.
local function list_for_owner(hex, row, ttl)
    local activity, live, handles = activity_of(row.owner), live_of(row.owner), handles_of(row.owner)
    -- Negative, so that rising order is newest first and then by key.
    redis.call('ZADD', activity, -row.last_activity, hex)
    redis.call('ZADD', live, earlier(row.expires_at, row.live_until), hex)
    redis.call('HSET', handles, row.handle, hex)
    keep_for(activity, ttl)
    keep_for(live, ttl)
    keep_for(handles, ttl)
end

-- Enters a session into all indexes, or moves it there.
local function list(hex, row, ttl)
    local all = row.owner and SIGNED_IN or ANONYMOUS
    redis.call('ZADD', EXPIRY, row.expires_at, hex)
    redis.call('ZADD', all, earlier(row.expires_at, row.live_until), hex)
    keep_for(EXPIRY, ttl)
    keep_for(all, ttl)
    if row.owner then list_for_owner(hex, row, ttl) end
end

-- Writes a new session; the key must be free. `row` names the fields of the hash.
local function insert(hex, row, ttl)
    local fields = { 'revision', 1 }
    for name, value in pairs(row) do
        fields[#fields + 1] = name
        fields[#fields + 1] = value
    end
    redis.call('HSET', prefix .. hex, unpack(fields))
    redis.call('PEXPIRE', prefix .. hex, ttl)
    list(hex, row, ttl)
end

-- Removes whatever stands under a key, with every entry that leads to it; 0 if the key was gone already.
local function remove(hex)
    local found = redis.call('HMGET', prefix .. hex, 'owner', 'handle')
    local owner, handle = found[1], found[2]
    redis.call('ZREM', EXPIRY, hex)
    redis.call('ZREM', SIGNED_IN, hex)
    if owner then
        redis.call('ZREM', activity_of(owner), hex)
        redis.call('ZREM', live_of(owner), hex)
        if redis.call('HGET', handles_of(owner), handle) == hex then
            redis.call('HDEL', handles_of(owner), handle)
        end
    else
        redis.call('ZREM', ANONYMOUS, hex)
    end
    return redis.call('UNLINK', prefix .. hex)
end

-- Remembers an ended index, so that a clean-up can empty it if its own operation does not.
local function remember(ended_index)
    redis.call('ZADD', ENDED, redis.call('TIME')[1], ended_index)
    keep_for(ENDED, redis.call('PTTL', ended_index))
end

-- Removes up to so many of the sessions in an ended index; says how many there still were, and whether it is empty now.
local function empty(ended_index, batch)
    local popped = redis.call('ZPOPMIN', ended_index, batch)
    local removed = 0
    for index = 1, #popped, 2 do removed = removed + remove(popped[index]) end
    local is_empty = #popped < 2 * batch
    if is_empty then redis.call('ZREM', ENDED, ended_index) end
    return removed, is_empty
end

