"""What a space may read of the placements that were paid for in it, and the first prices."""

from django.db import migrations

VIEW = """
CREATE VIEW placements_running WITH (security_barrier) AS
    SELECT f.id, f.reference, c.reference AS campaign_reference, f.slot, f.starts_on, f.ends_on,
           c.headline, c.text, c.offer, coalesce(nullif(c.picture, ''), m.picture) AS picture,
           m.id AS merchant_id, m.reference AS merchant_reference, m.slug AS merchant_slug, m.name AS merchant_name,
           m.latitude AS merchant_latitude, m.longitude AS merchant_longitude
    FROM spaces_tenant t
    JOIN placements_flight f ON f.tenant_id = t.id
    JOIN placements_campaign c ON c.id = f.campaign_id
    JOIN merchants_merchant m ON m.id = c.merchant_id
    WHERE t.schema_name = current_user::text COLLATE "default"
      AND c.state = 'paid' AND m.state = 'published'
"""
FIRST_PRICES = """
WITH first AS (
    INSERT INTO placements_pricelist (version, valid_from) VALUES (1, '2020-01-01T00:00:00Z')
    RETURNING id
)
INSERT INTO placements_price (price_list_id, slot, day_cents, day_per_hundred_cents)
    SELECT id, slot, day_cents, day_per_hundred_cents FROM first, (VALUES
        ('home_feed', 350, 50),
        ('neighbourhood', 149, 23)
    ) AS price (slot, day_cents, day_per_hundred_cents);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("placements", "0001_initial"),
        ("merchants", "0002_published"),
        ("spaces", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW placements_running"),
        migrations.RunSQL(FIRST_PRICES, "DELETE FROM placements_price; DELETE FROM placements_pricelist"),
    ]
