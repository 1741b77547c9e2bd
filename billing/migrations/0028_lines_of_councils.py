"""Amounts that a campaign brought in a month, for each council of a space by itself."""

from django.db import migrations

_HERE = "t.schema_name = current_user::text COLLATE \"default\""
LINES = f"""
    CREATE OR REPLACE VIEW billing_own_line WITH (security_barrier) AS
    SELECT min(e.id) AS id,
           date_trunc('month', x.occurred_at AT TIME ZONE t.time_zone)::date AS month,
           g.reference AS campaign_reference, m.name AS merchant_name,
           sum(e.amount_cents)::bigint AS cents, c.reference AS council_reference
    FROM spaces_tenant t
    JOIN billing_council c ON c.tenant_id = t.id
    JOIN billing_ledgerentry e ON e.council_id = c.id AND e.account = 'share.cost'
    JOIN billing_ledgertransaction x ON x.id = e.transaction_id
    JOIN billing_sale s ON s.id = e.sale_id
    JOIN billing_order o ON o.id = s.order_id
    JOIN placements_campaign g ON g.id = o.campaign_id
    JOIN merchants_merchant m ON m.id = s.merchant_id
    WHERE {_HERE}
    GROUP BY 2, g.reference, m.name, c.reference
"""


class Migration(migrations.Migration):

    dependencies = [("billing", "0027_days_that_were_fetched")]

    operations = [migrations.RunSQL(LINES, migrations.RunSQL.noop)]
