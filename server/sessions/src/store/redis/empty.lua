-- Removes the next sessions in an index that was ended as a whole: how many there were, and whether it is empty now.
-- ARGV: ended_index, batch
local removed, is_empty = empty(ARGV[1], tonumber(ARGV[2]))
return { removed, is_empty and 1 or 0 }
