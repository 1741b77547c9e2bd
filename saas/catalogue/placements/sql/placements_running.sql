-- A space's flights are found first, then narrowed to a slot and a day, then described: nothing
-- that is asked is applied below an OFFSET. A row is made once more before it is compared: else the
-- statistics of its columns, which are everybody's, decide how many rows are expected.
-- What all councils of the space refuse is left out at once: a merchant, a category, or an ad, which
-- is what says the same; `refused_by` names the companies whose council alone refuses it (0: the
-- space's own). A campaign that left the space, or its screens, once stays out. One that no
-- operator has let live, or that waits for the space's council, is not in yet; one that its merchant paused is out meanwhile.
CREATE OR REPLACE VIEW placements_running WITH (security_barrier) AS
    SELECT f.id, f.reference, d.campaign_reference, f.slot, f.starts_on, f.ends_on,
           f.day_part, d.headline, d.text, d.offer, d.picture,
           d.merchant_id, d.merchant_reference, d.merchant_slug, d.merchant_name,
           d.merchant_latitude, d.merchant_longitude, d.refused_by, f.closed_days_iso
    FROM (
        SELECT f.id, f.reference, f.campaign_id, f.tenant_id, f.slot, f.starts_on, f.ends_on,
               f.day_part, f.closed_days_iso
        FROM spaces_tenant t JOIN placements_flight f ON f.tenant_id = t.id
        WHERE t.schema_name = current_user::text COLLATE "default"
        OFFSET 0
    ) own
    CROSS JOIN LATERAL (SELECT own.* OFFSET 0) f
    CROSS JOIN LATERAL (
        SELECT c.reference AS campaign_reference, c.headline, c.text, c.offer,
               coalesce(nullif(c.picture, ''), m.picture) AS picture,
               m.id AS merchant_id, m.reference AS merchant_reference, m.slug AS merchant_slug,
               m.name AS merchant_name, m.latitude AS merchant_latitude,
               m.longitude AS merchant_longitude,
               coalesce((
                 SELECT string_agg(',' || coalesce(r.company_id, 0) || ',', '')
                 FROM placements_refusal r LEFT JOIN placements_campaign a ON a.id = r.campaign_id
                 WHERE r.tenant_id = f.tenant_id AND r.until IS NULL
                   AND (r.merchant_id = m.id OR r.category = m.category OR (
                     a.merchant_id = m.id AND a.headline = c.headline
                     AND a.text = c.text AND a.offer = c.offer
                   ))
               ), '') AS refused_by
        FROM placements_campaign c JOIN merchants_merchant m ON m.id = c.merchant_id
        WHERE c.id = f.campaign_id AND c.state = 'paid' AND m.state = 'published'
          AND c.review = 'approved' AND c.paused_at IS NULL
          AND NOT EXISTS (
            SELECT FROM placements_adpreview p
            WHERE p.campaign_id = f.campaign_id AND p.tenant_id = f.tenant_id
              AND p.state = 'waiting'
          )
          AND NOT EXISTS (
            SELECT FROM placements_campaigndeparture x
            WHERE x.campaign_id = f.campaign_id AND x.tenant_id = f.tenant_id
              AND x.slot IN ('', f.slot)
          )
          AND NOT EXISTS (
            SELECT FROM placements_refusal r LEFT JOIN placements_campaign a ON a.id = r.campaign_id
            WHERE r.tenant_id = f.tenant_id AND r.until IS NULL AND r.for_all
              AND (r.merchant_id = m.id OR r.category = m.category OR (
                a.merchant_id = m.id AND a.headline = c.headline
                AND a.text = c.text AND a.offer = c.offer
              ))
          )
        OFFSET 0
    ) made
    CROSS JOIN LATERAL (SELECT made.* OFFSET 0) d;
