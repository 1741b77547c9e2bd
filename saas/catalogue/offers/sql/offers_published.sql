-- By these an offer is found, by an index. Their statistics would tell of those that are hidden.
ALTER TABLE offers_offer
    ALTER COLUMN id SET STATISTICS 0,
    ALTER COLUMN merchant_id SET STATISTICS 0,
    ALTER COLUMN reference SET STATISTICS 0;

-- Offers that an operator let live, of merchants that are published. Keys stand outside the fence; of everything
-- else the row is made first, and then compared: nothing is applied below an OFFSET.
CREATE OR REPLACE VIEW offers_published WITH (security_barrier) AS
    SELECT o.id, o.merchant_id, o.reference, d.title, d.conditions, d.starts_on, d.ends_on, d.rhythm,
           d.is_withdrawn
    FROM offers_offer o
    CROSS JOIN LATERAL (
        SELECT o.title, o.conditions, o.starts_on, o.ends_on, o.rhythm,
               o.withdrawn_at IS NOT NULL AS is_withdrawn, o.review = 'approved' AS is_approved
        OFFSET 0
    ) d
    WHERE d.is_approved AND EXISTS (
        SELECT FROM merchants_merchant m WHERE m.id = o.merchant_id AND m.state = 'published'
    );
