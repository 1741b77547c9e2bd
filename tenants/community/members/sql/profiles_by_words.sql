-- The search among what members say of themselves: stems of all words, and trigrams of the about.
-- Both are kept with the row, so that nobody works them out again for rows that an index found.
ALTER TABLE members_profile ADD COLUMN IF NOT EXISTS stems tsvector GENERATED ALWAYS AS
    (public.search_vector(team || ' ' || about)) STORED;
ALTER TABLE members_profile ADD COLUMN IF NOT EXISTS title_key text GENERATED ALWAYS AS
    (public.sort_key(about)) STORED;
CREATE INDEX IF NOT EXISTS profiles_by_words ON members_profile
    USING gin (stems, title_key public.gin_trgm_ops);
