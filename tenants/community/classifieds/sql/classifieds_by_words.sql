-- The index of the board's search: trigrams of what was written, without case or accents.
CREATE INDEX IF NOT EXISTS classifieds_by_words ON classifieds_classified USING gin
    (public.sort_key(title || ' ' || description || ' ' || place) public.gin_trgm_ops);
