-- Ends every session, as `end_all.lua` ends those of one owner.
-- ARGV: grave of the signed in, grave of the anonymous
for index, grave in pairs({ [SIGNED_IN] = ARGV[1], [ANONYMOUS] = ARGV[2] }) do
    if redis.call('EXISTS', index) == 1 then
        redis.call('RENAME', index, grave)
        remember(grave)
    end
end
