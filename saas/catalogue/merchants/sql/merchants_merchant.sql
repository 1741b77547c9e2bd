-- The cell of the map by which spaces find published merchants.
ALTER TABLE merchants_merchant ADD COLUMN IF NOT EXISTS cell bigint GENERATED ALWAYS AS
    (floor(latitude * 100)::bigint * 100000 + floor(longitude * 100)::bigint) STORED;
CREATE INDEX IF NOT EXISTS published_merchants_by_cell
    ON merchants_merchant (cell) WHERE state = 'published';

-- By these a merchant is found, by an index. Their statistics would tell of others' keys.
ALTER TABLE merchants_merchant
    ALTER COLUMN id SET STATISTICS 0,
    ALTER COLUMN slug SET STATISTICS 0,
    ALTER COLUMN cell SET STATISTICS 0;
