-- The roles of a cluster. Run once by the superuser, before any database is made.
-- Passwords are set afterwards by whoever runs this: a file in the repository holds none.

-- Owns every schema and table: migrations, founding and exports only.
CREATE ROLE troovon_owner LOGIN CREATEROLE;

-- The login of web, worker, caller, fetcher and beat. It may only become another role.
CREATE ROLE troovon_app LOGIN NOINHERIT;
-- Django then has nothing to set when it connects.
ALTER ROLE troovon_app SET timezone = 'UTC';
ALTER ROLE troovon_owner SET timezone = 'UTC';

-- One wrong letter in a word of six is still found by the search.
ALTER ROLE troovon_app SET pg_trgm.word_similarity_threshold = '0.4';

-- What the public site may do, and what every space may read: granted table by table.
CREATE ROLE troovon_public NOLOGIN;
CREATE ROLE troovon_shared NOLOGIN;

GRANT troovon_public, troovon_shared TO troovon_owner WITH ADMIN OPTION;
GRANT troovon_public TO troovon_app WITH INHERIT FALSE, SET TRUE;
