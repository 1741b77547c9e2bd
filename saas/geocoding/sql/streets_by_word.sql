-- The search of streets by the beginnings of their words; the expression is Django's SearchVector.
CREATE INDEX IF NOT EXISTS streets_by_word ON geocoding_street
    USING gin (to_tsvector('simple'::regconfig, COALESCE(words, '')));
