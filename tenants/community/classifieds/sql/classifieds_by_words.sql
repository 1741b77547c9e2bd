-- The search among what is open: stems of all words, and trigrams of the title.
-- Both are kept with the row, so that nobody works them out again for rows that an index found.
ALTER TABLE classifieds_classified ADD COLUMN IF NOT EXISTS stems tsvector GENERATED ALWAYS AS
    (public.search_vector(title || ' ' || description || ' ' || place)) STORED;
ALTER TABLE classifieds_classified ADD COLUMN IF NOT EXISTS title_key text GENERATED ALWAYS AS
    (public.sort_key(title)) STORED;
CREATE INDEX IF NOT EXISTS classifieds_by_words ON classifieds_classified
    USING gin (stems, title_key public.gin_trgm_ops) WHERE closed_at IS NULL;
