-- What stands in each database before the first migration. Run by the superuser, once for each
-- database; a copy made with CREATE DATABASE … TEMPLATE has it already and needs access.sql only.

CREATE EXTENSION unaccent SCHEMA public;
CREATE EXTENSION pg_trgm SCHEMA public;
CREATE EXTENSION btree_gist SCHEMA public;

-- To compare trigrams takes a hundred times as long as to compare numbers; the planner should know,
-- or it looks through all rows where an index has a few.
ALTER FUNCTION public.word_similarity_op(text, text) COST 200;
ALTER FUNCTION public.word_similarity_commutator_op(text, text) COST 200;

-- Sorts É beside E and Œ beside OE. unaccent() is only STABLE; with every name qualified this
-- wrapper may call itself IMMUTABLE, and an index may use it from any search_path.
CREATE FUNCTION public.sort_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1));
GRANT EXECUTE ON FUNCTION public.sort_key(text) TO PUBLIC;

-- What a search compares: words without case, accents, signs, or the s and x of a plural, since the
-- French stemmer takes "vélo" and "vélos" for two words. An index may use each of the three.
CREATE FUNCTION public.search_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
    regexp_replace(public.sort_key($1), '[^[:alnum:]]+', ' ', 'g'), '(\w{3})[sx]\M', '\1', 'g'
);
-- The stems of both languages that people write here; in plpgsql, which is not taken apart by the
-- planner, so that the key is made once.
CREATE FUNCTION public.search_vector(text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT
PARALLEL SAFE COST 10000 AS $$
DECLARE
    key CONSTANT text := public.search_key($1);
BEGIN
    RETURN to_tsvector('pg_catalog.french'::regconfig, key)
        || to_tsvector('pg_catalog.english'::regconfig, key);
END
$$;
-- All of some words, in one language or the other.
CREATE FUNCTION public.search_query(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT
PARALLEL SAFE RETURN plainto_tsquery('pg_catalog.french'::regconfig, public.search_key($1))
    || plainto_tsquery('pg_catalog.english'::regconfig, public.search_key($1));
GRANT EXECUTE ON FUNCTION public.search_key(text), public.search_vector(text),
    public.search_query(text) TO PUBLIC;

ALTER SCHEMA public OWNER TO troovon_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO troovon_public, troovon_shared;
