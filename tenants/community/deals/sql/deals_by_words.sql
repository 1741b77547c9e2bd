-- The search among what its author has not ended: stems of all words, and trigrams of the title.
-- Both are kept with the row, so that nobody works them out again for rows that an index found.
ALTER TABLE deals_deal ADD COLUMN IF NOT EXISTS stems tsvector GENERATED ALWAYS AS
    (public.search_vector(title || ' ' || description)) STORED;
ALTER TABLE deals_deal ADD COLUMN IF NOT EXISTS title_key text GENERATED ALWAYS AS
    (public.sort_key(title)) STORED;
CREATE INDEX IF NOT EXISTS deals_by_words ON deals_deal
    USING gin (stems, title_key public.gin_trgm_ops) WHERE closed_at IS NULL;
