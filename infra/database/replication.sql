-- What a cluster needs beside others ("cells"): the owner lets logical replication read, and
-- subscribes. Run by the superuser, at home and in each cell, with wal_level = logical; running it
-- again changes nothing. A single cluster does not need it.
ALTER ROLE troovon_owner REPLICATION;
GRANT pg_create_subscription TO troovon_owner;
