-- The search among rides that go on: stems of all words, and trigrams of the place.
-- Both are kept with the row, so that nobody works them out again; rides are too few for an index.
ALTER TABLE rides_ride ADD COLUMN IF NOT EXISTS stems tsvector GENERATED ALWAYS AS
    (public.search_vector(place || ' ' || note)) STORED;
ALTER TABLE rides_ride ADD COLUMN IF NOT EXISTS title_key text GENERATED ALWAYS AS
    (public.sort_key(place)) STORED;
