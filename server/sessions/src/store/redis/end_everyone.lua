-- Ends every session, as `end_all.lua` ends those of one owner.
-- ARGV: name for the index of the signed-in, name for the index of the anonymous
for index, ended_index in pairs({ [SIGNED_IN] = ARGV[1], [ANONYMOUS] = ARGV[2] }) do
    if redis.call('EXISTS', index) == 1 then
        redis.call('RENAME', index, ended_index)
        remember(ended_index)
    end
end
