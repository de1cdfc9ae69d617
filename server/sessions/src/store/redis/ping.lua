-- Looks at the indexes as every load does: a user who may say PING need not be allowed to run scripts, and a key of
-- another program under the same prefix is an error.
redis.call('ZCARD', ANONYMOUS)
redis.call('ZCARD', EXPIRY)
return redis.call('ZCARD', SIGNED_IN)
