-- The search among members: stems of the name of those who agreed to be found, and of the texts that
-- are open to all; and trigrams of the name and the about. Both are kept with the row, so that nobody
-- works them out again for rows that an index found.
ALTER TABLE members_profile ADD COLUMN IF NOT EXISTS stems tsvector GENERATED ALWAYS AS
    (public.search_vector(found_as
        || ' ' || CASE team_seen WHEN 'space' THEN team ELSE '' END
        || ' ' || CASE about_seen WHEN 'space' THEN about ELSE '' END)) STORED;
ALTER TABLE members_profile ADD COLUMN IF NOT EXISTS title_key text GENERATED ALWAYS AS
    (public.sort_key(found_as
        || ' ' || CASE about_seen WHEN 'space' THEN about ELSE '' END)) STORED;
CREATE INDEX IF NOT EXISTS profiles_by_words ON members_profile
    USING gin (stems, title_key public.gin_trgm_ops);
