-- Signed in and live, live, present.
-- ARGV: now
local now = ARGV[1]
local signed_in = redis.call('ZCOUNT', SIGNED_IN, '(' .. now, '+inf')
local anonymous = redis.call('ZCOUNT', ANONYMOUS, '(' .. now, '+inf')
local present = redis.call('ZCARD', SIGNED_IN) + redis.call('ZCARD', ANONYMOUS)
return { signed_in, signed_in + anonymous, present }
