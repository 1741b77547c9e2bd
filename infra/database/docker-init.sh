#!/bin/sh
# Run once by the PostgreSQL image when its volume is empty: the same SQL files as everywhere.
set -eu
here=${TROOVON_SQL:-/troovon-sql}

run() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" "$@"; }

run --dbname=postgres --file="$here/roles.sql"
# From the environment inside psql: a password on a command line is seen by `ps`.
run --dbname=postgres <<'SQL'
\getenv owner_password TROOVON_OWNER_PASSWORD
\getenv app_password TROOVON_APP_PASSWORD
ALTER ROLE troovon_owner PASSWORD :'owner_password';
ALTER ROLE troovon_app PASSWORD :'app_password';
CREATE DATABASE troovon;
SQL
run --dbname=postgres --file="$here/cluster.sql" --file="$here/locks.sql"
run --dbname=template1 --file="$here/locks.sql"
run --dbname=troovon --file="$here/database.sql" --file="$here/locks.sql" \
    --file="$here/access.sql"
