-- What stands in each database before the first migration. Run by the superuser, once for each
-- database; a copy made with CREATE DATABASE … TEMPLATE has it already and needs access.sql only.

CREATE EXTENSION unaccent SCHEMA public;
CREATE EXTENSION pg_trgm SCHEMA public;
CREATE EXTENSION btree_gist SCHEMA public;

-- Sorts É beside E and Œ beside OE. unaccent() is only STABLE; with every name qualified this
-- wrapper may call itself IMMUTABLE, and an index may use it from any search_path.
CREATE FUNCTION public.sort_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1));
GRANT EXECUTE ON FUNCTION public.sort_key(text) TO PUBLIC;

ALTER SCHEMA public OWNER TO troovon_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO troovon_public, troovon_shared;
