-- The index of the search among things: trigrams of what was written, without case or accents.
CREATE INDEX IF NOT EXISTS things_by_words ON lending_thing USING gin
    (public.sort_key(title || ' ' || description || ' ' || place) public.gin_trgm_ops);
