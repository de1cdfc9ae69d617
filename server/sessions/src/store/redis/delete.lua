-- Removes a session; if a revision is named, only in that revision.
-- ARGV: key[, revision]
local hex, revision = ARGV[1], ARGV[2]
local row = session(hex)
if not row or (revision and row.revision ~= revision) then return 0 end
return remove(hex)
