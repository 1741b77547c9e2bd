-- Nothing that is asked is applied below an OFFSET. A council's own shares are found first; what is
-- asked of a share's own columns narrows those, and only then is each of them described. A row is
-- made once more before it is compared (`SELECT own.* OFFSET 0`): else its columns' statistics,
-- which are everybody's, decide how many rows are expected.
CREATE OR REPLACE VIEW billing_own_day WITH (security_barrier) AS
SELECT d.id, h.reference AS share_reference, d.slot, d.day, d.flight_id, d.flight_cents,
       d.weekend_bp, d.starts_on, d.ends_on, d.closed_days_iso, d.views, d.clicks
FROM (
    SELECT h.id, h.reference, h.sale_id, h.council_id, h.state, h.amount_cents,
           h.netted_cents, h.release_at, h.released_at, h.transferred_at, h.aep_bp,
           c.reference AS council_reference, c.name AS council_name
    FROM spaces_tenant t
    JOIN billing_council c ON c.tenant_id = t.id
    JOIN billing_share h ON h.council_id = c.id
    WHERE t.schema_name = current_user::text COLLATE "default"
    OFFSET 0
) own
CROSS JOIN LATERAL (SELECT own.* OFFSET 0) h
CROSS JOIN LATERAL (
    SELECT k.id * 1000 + (d.day::date - f.starts_on) AS id, f.slot, d.day::date AS day,
           f.id AS flight_id, k.net_cents AS flight_cents, r.weekend_bp,
           f.starts_on, f.ends_on, f.closed_days_iso, n.views, n.clicks
    FROM billing_saleterms k
    JOIN placements_flight f ON f.id = k.flight_id
    JOIN placements_campaign g ON g.id = f.campaign_id
    JOIN placements_price r ON r.price_list_id = g.price_list_id AND r.slot = f.slot
    CROSS JOIN LATERAL generate_series(f.starts_on, f.ends_on, interval '1 day') AS d (day)
    LEFT JOIN placements_flightday n ON n.flight_id = f.id AND n.day = d.day::date
    WHERE k.sale_id = h.sale_id AND k.council_id = h.council_id
    OFFSET 0
) made
CROSS JOIN LATERAL (SELECT made.* OFFSET 0) d;
